"""What a terminal shows of an import."""

from io import StringIO

from rich.console import Console

from app.importing.terminal import shown


def said(*, terminal: bool) -> str:
    written = StringIO()
    with shown(100, "units.csv", Console(file=written, force_terminal=terminal, width=80)) as progress:
        progress.read(50)
        progress.progress.refresh()
        progress.write(7)
        progress.progress.refresh()
    return written.getvalue()


def test_a_terminal_shows_how_far_the_file_is_read_and_that_it_is_written() -> None:
    text = said(terminal=True)
    assert "units.csv" in text
    assert "50%" in text
    assert "writing 7 lines" in text


def test_what_is_no_terminal_is_shown_nothing() -> None:
    assert said(terminal=False) == ""
