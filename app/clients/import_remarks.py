"""What an import says beside its problems: what no rulebook in force knows, and what is much like it.

It is kept, for a rulebook to come may want it; but mostly it is a slip of the pen.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from sqlalchemy.ext.asyncio import async_sessionmaker

from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.trail.change import Change

_GOVERNING: Final = "tierbook.governing"


async def governing_anywhere(change: Change) -> Sequence[Published]:
    """The versions that govern today, read with an import's first lines: compiling them takes a second."""
    session = change.session
    if _GOVERNING not in session.info:
        known = Registry(async_sessionmaker(session.bind, expire_on_commit=False))
        await known.refresh()
        session.info[_GOVERNING] = known.governing_anywhere(change.today)
    found: Sequence[Published] = session.info[_GOVERNING]
    return found


def options_of(governing: Iterable[Published], fact: str) -> list[str]:
    """The options that rulebooks declare of a fact, each once."""
    declared = [each.sound.rulebook.facts[fact] for each in governing if fact in each.sound.rulebook.facts]
    return list(dict.fromkeys(option for each in declared for option in each.options))


def unknown(what: str, like: str | None) -> str:
    """The remark on a name or a label that no rulebook knows."""
    return f"{what}: no rulebook in force knows it" + (f"; did you mean {like}?" if like else "")


def nearest(label: str, options: Sequence[str]) -> str | None:
    """The option that is most like a label, if any is."""
    return next(iter(get_close_matches(label, options, 1)), None)
