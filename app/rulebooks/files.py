"""Rulebook files as commands read and report them: one line for each fault, as compilers write it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.rulebooks.check import Report, check
from app.rulebooks.source_text import MOST_CHARACTERS

STANDARD_INPUT: Final = "-"
_MOST_BYTES: Final = 4 * MOST_CHARACTERS
UNREADABLE: Final = "UNREADABLE"


class UnreadableFileError(Exception):
    """A file that is missing, closed to us, or no text; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """The check of one file; `unreadable` says why there was nothing to check."""

    name: str
    report: Report
    unreadable: str = field(default="")

    @property
    def problems(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.unreadable or self.report.problems)

    def lines(self) -> Iterator[str]:
        """`file:line:column CODE message — mend`, or what was proved and what may surprise."""
        for each in self.as_problems():
            place = f"{each['file']}:{each['line']}:{each['column']}"
            yield f"{place} {each['code']} {each['message']} — {each['mend']}"
        if self.report.sound is not None:
            yield f"{self.name} is sound ({self.report.digest})"
            yield from (f"  proved  {each}" for each in self.report.proved)
            yield from (f"  note    {each}" for each in self.report.notes)

    def as_problems(self) -> list[dict[str, Any]]:
        """Every fault for programs."""
        if self.unreadable:
            what, _, mend = self.unreadable.partition(": ")
            return [self._problem(1, 1, UNREADABLE, what, mend)]
        return [
            self._problem(each.line, each.column, each.code, each.message, each.mend) for each in self.report.problems
        ]

    def as_summary(self) -> dict[str, Any]:
        """The outcome for programs."""
        report = self.report
        return {
            "file": self.name,
            "sound": report.sound is not None,
            "digest": report.digest or None,
            "proved": report.proved,
            "notes": report.notes,
        }

    def _problem(self, line: int, column: int, code: str, message: str, mend: str) -> dict[str, Any]:
        where = {"file": self.name, "line": line, "column": column}
        return {**where, "code": str(code), "message": message, "mend": mend}


def check_file(name: str) -> FileReport:
    """Check one file, or standard input; whatever is wrong is in the report."""
    try:
        return FileReport(name, check(read_text(name)))
    except UnreadableFileError as error:
        return FileReport(name, Report(()), str(error))


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`; raises UnreadableFileError."""
    try:
        content = _read_bytes(name)
        return content.decode("utf-8-sig", errors="strict" if len(content) <= _MOST_BYTES else "replace")
    except UnicodeDecodeError as error:
        raise UnreadableFileError("it is no text in UTF-8: save it as UTF-8") from error
    except FileNotFoundError as error:
        raise UnreadableFileError("there is no such file: look at the path") from error
    except IsADirectoryError as error:
        raise UnreadableFileError("it is a folder: name the files in it") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(f"it cannot be read ({reason}): look at its permissions") from error


def _read_bytes(name: str) -> bytes:
    """As much as may be a rulebook: the check refuses what is longer, and need not see all of it."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(_MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(_MOST_BYTES + 1)
