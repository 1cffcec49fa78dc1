"""What came out: clients per class and tier, incomplete decisions, missing facts, rows set aside."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl
from rich.table import Table

from app.kernel.rulebook import Rulebook

_MOST_REASONS = 1_000
_OTHER = "other reasons"


@dataclass(slots=True)
class Tally:
    """Counts over all batches; its size does not grow with the file."""

    decided: int = 0
    incomplete: int = 0
    aside: int = 0
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unmatched: str = ""
    """Facts without a column beside columns without a fact, in a line; empty where either is none."""

    def add(self, book: Rulebook, decided: pl.DataFrame) -> None:
        """Count decided rows."""
        self.decided += len(decided)
        self.incomplete += len(decided) - int(decided["complete"].sum())
        for name, column in label_columns(book):
            counts = decided[column].value_counts()
            self.labels.setdefault(name, Counter()).update(dict(counts.iter_rows()))
        for fact in book.facts:
            self.missing[fact] += int(decided[f"missing__{fact}"].sum())

    def set_aside(self, reason: str, count: int = 1) -> None:
        """Count rows without a decision."""
        self.aside += count
        told = reason if reason in self.reasons or len(self.reasons) < _MOST_REASONS else _OTHER
        self.reasons[told] += count


def label_columns(book: Rulebook) -> list[tuple[str, str]]:
    """What is counted by label: each classification and the tier, with its column."""
    classes = [(each.name, f"class__{each.name}") for each in book.classifications]
    return classes + ([("tier", "tier")] if book.tiers else [])


def table(book: Rulebook, tally: Tally) -> Table:
    """The closing table."""
    made = Table(title=f"{book.name}: {tally.decided} decided, {tally.aside} set aside", title_justify="left")
    made.add_column("what (项目)")
    made.add_column("value (取值)", overflow="fold", max_width=60)
    made.add_column("clients (客户数)", justify="right")
    made.add_column("share (占比)", justify="right")
    orders = {each.name: each.labels for each in book.classifications}
    orders |= {"tier": book.tiers.labels} if book.tiers else {}
    for name, labels in orders.items():
        for label in reversed(labels):
            _row(made, name, label, tally.labels.get(name, Counter())[label], tally.decided)
        made.add_section()
    _row(made, "incomplete (不完整)", "a missing fact counts as worst", tally.incomplete, tally.decided)
    for fact, count in tally.missing.most_common():
        if count:
            _row(made, "missing (缺失)", f"{fact} (counts as {book.facts[fact].missing})", count, tally.decided)
    for reason, count in tally.reasons.most_common(10):
        _row(made, "set aside (未评)", reason, count, tally.decided + tally.aside)
    return made


def _row(made: Table, what: str, value: str, count: int, whole: int) -> None:
    thousandths = (count * 1000 + whole // 2) // whole if whole else 0
    made.add_row(what, value, f"{count:,}", f"{thousandths // 10}.{thousandths % 10} %" if whole else "")
