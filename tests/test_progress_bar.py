"""What a terminal shows while a command works."""

from io import StringIO

from rich.console import Console

from app.progress_bar import Bar, shown


def said(*, terminal: bool = True, counted: bool = False) -> str:
    written = StringIO()
    with shown("units.csv", 200, Console(file=written, force_terminal=terminal, width=80), counted=counted) as bar:
        bar.reach(90)
        bar.advance(10)
        bar.progress.refresh()
    return written.getvalue()


def drawn(bar: Bar) -> str:
    """What the bar looks like now."""
    console = Console(file=StringIO(), width=80)
    with console.capture() as captured:
        console.print(bar.progress.get_renderable())
    return captured.get()


def test_a_terminal_shows_what_is_done_and_its_share() -> None:
    assert "units.csv" in said()
    assert "50%" in said()


def test_what_is_counted_is_shown_as_a_number_of_all() -> None:
    assert "100/200" in said(counted=True)


def test_what_is_no_terminal_is_shown_nothing() -> None:
    assert said(terminal=False) == ""


def test_a_total_may_become_known_on_the_way() -> None:
    with shown("audit") as bar:
        bar.reach(1, 4)
        assert "25%" in drawn(bar)


def test_of_the_last_step_nobody_says_how_far_it_is() -> None:
    with shown("units.csv", 200) as bar:
        bar.reach(200)
        bar.end_with("writing 7 lines")
        last = drawn(bar)
    assert "writing 7 lines" in last
    assert "units.csv" not in last
    assert "%" not in last
