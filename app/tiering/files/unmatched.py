"""Facts that no column gives beside columns that give no fact: most often one under another name."""

from difflib import get_close_matches
from shlex import quote
from typing import Final

from app.kernel.rulebook import Rulebook
from app.tiering.files.encoding import ColumnMap

_NAMED: Final = 8


def unmatched(book: Rulebook, columns: tuple[str, ...], mapping: ColumnMap) -> str:
    """Which they are, in a line, and how to map what looks alike; empty where either is none."""
    absent = [fact for fact in book.facts if fact not in mapping.facts]
    used = {*mapping.facts.values(), mapping.standing}
    unused = [column for column in columns if column not in used]
    if not (absent and unused):
        return ""
    likely = " ".join(f"--map {quote(f'{fact}={column}')}" for fact, column in _alike(absent, unused))
    told = f"no column for (缺少列): {_some(absent)}; columns not used (未用列): {_some(unused)}"
    return f"{told}; {f'perhaps {likely}' if likely else 'give one by --map FACT=COLUMN'}"


def _alike(absent: list[str], unused: list[str]) -> list[tuple[str, str]]:
    """Facts and columns with names so alike that one may be meant by the other."""
    names = {column.casefold(): column for column in unused}
    pairs = ((fact, get_close_matches(fact, names, 1)) for fact in absent)
    return [(fact, names[found[0]]) for fact, found in pairs if found]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
