"""What a keyboard writes amiss: full-width signs and digits, tabs, odd blanks, a blank left out, commas in amounts.

Told only of a text that is refused: where nothing is wrong with a rulebook, nothing in it was mistyped.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from app.rulebooks.problem import Code, Problem
from app.rulebooks.slips import INDENT, Slip, slips

_MOST: Final = 500
"""Slips after which no more are told."""


class Typed:
    """A text with its slips, and the text as it was meant."""

    def __init__(self, text: str) -> None:
        self.slips = list(islice(_apart(sorted(slips(text))), _MOST))
        self.meant = _mended(text, self.slips)
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    @property
    def problems(self) -> Iterator[Problem]:
        """Each slip as a fault at its place."""
        for slip in self.slips:
            yield Problem(*self._place(slip), Code.MISTYPED, slip.message, slip.mend)

    def as_typed(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Faults of the text as it was meant, at their places in the text as it was typed.

        Where the indentation was mistyped, how deep it was meant to be is a guess: what YAML says of it is left out.
        """
        guessed = any(slip.plain == INDENT for slip in self.slips)
        moved: dict[int, list[tuple[int, int]]] = {}
        for slip in self.slips:
            line, column = self._place(slip)
            moved.setdefault(line, []).append((column, len(slip.plain) - (slip.end - slip.start)))
        for each in problems:
            column = each.column
            for at, growth in moved.get(each.line, ()):
                column -= min(growth, column - at) if at < column else 0
            if not (guessed and each.code is Code.NOT_YAML):
                yield Problem(each.line, column, each.code, each.message, each.mend)

    def _place(self, slip: Slip) -> tuple[int, int]:
        line = bisect_right(self._line_starts, slip.start)
        return line, slip.start - self._line_starts[line - 1] + 1


def _mended(text: str, slips: Iterable[Slip]) -> str:
    parts, end = [], 0
    for slip in slips:
        parts += [text[end : slip.start], slip.plain]
        end = slip.end
    return "".join([*parts, text[end:]])


def _apart(found: Iterable[Slip]) -> Iterator[Slip]:
    """Slips without those that lie in one before."""
    end = 0
    for slip in found:
        if slip.start >= end:
            yield slip
            end = slip.end
