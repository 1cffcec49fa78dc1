"""Cells of files of clients, in the words that staff use."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from app.http.types import Flag

_FLAGS: Final = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}


def called(words: Mapping[str, Any]) -> BeforeValidator:
    """Reads a cell in other words too, for `Annotated`; what is none of them stays."""
    return BeforeValidator(lambda cell: words.get(cell.lower(), cell) if isinstance(cell, str) else cell)


FlagCell = Annotated[Flag, called(_FLAGS)]
"""Yes or no, as people write it: true, yes, 1, 是."""
