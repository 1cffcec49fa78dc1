"""`make bench`: measure, print the table, write `bench/results.md`. A figure below its reach is no failure."""

from bench import columnar, coverage, deliveries, portfolio, scoring, sweeping, writing
from bench.report import RESULTS, show, write


def main() -> None:
    """Measure everything, in about a quarter of an hour."""
    parts = (scoring, columnar, writing, portfolio, coverage, sweeping, deliveries)
    measured = [part.measure() for part in parts]
    rows = [row for found, _ in measured for row in found]
    rates = [each for _, found in measured for each in found]
    show(rows)
    write(rows, [f"{each.title}, {each.name}: {each.typical:,.0f}/s" for each in rates])
    print(f"Written to {RESULTS.relative_to(RESULTS.parents[1])}")


if __name__ == "__main__":
    main()
