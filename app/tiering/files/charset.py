"""Which characters a file's bytes stand for: UTF-8, or GB18030, in which Chinese office programs save."""

import re
from codecs import getincrementaldecoder
from pathlib import Path
from typing import Final

from app.tiering.files.source import FileRefusedError

UNREADABLE: Final = "has characters that cannot be read; save the file as CSV UTF-8"
_SAMPLE: Final = 1 << 20
_FOREIGN: Final = {
    b"PK\x03\x04": "is an Excel workbook",
    b"\xff\xfe": "is UTF-16",
    b"\xfe\xff": "is UTF-16",
}
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")
_LATE: Final = re.compile("[\u0800-\ud7ff\ue000-\U0010ffff]")
"""Three bytes and more in UTF-8, as Chinese is: bytes of GB18030 seldom look like them, and often like two bytes."""
_UTF_8: Final = 3
_GB18030: Final = 27
"""Higher, because nearly any bytes can be read as GB18030: those of Latin letters, for one."""


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by its beginning; a byte order mark is skipped. Raises FileRefusedError.

    Damaged bytes do not decide: a file with a few of them keeps its encoding, and their rows are set aside. What is
    clearly neither is taken for UTF-8, in which wrong characters are found out and never pass for right ones.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for start, what in _FOREIGN.items():
        if sample.startswith(start):
            raise FileRefusedError(f"{path.name}: {what}; save it as CSV UTF-8")
    if _believed(sample, "utf-8", _UTF_8) or not _believed(sample, "gb18030", _GB18030):
        return "utf-8-sig"
    return "gb18030"


def is_sound(text: str) -> bool:
    """Whether every byte was a character: others were read as lone surrogates."""
    return text.isascii() or _strays(text) == 0


def readable(text: str) -> str:
    """The text with a question mark for every byte that was no character."""
    return text.encode(errors="replace").decode()


def _believed(sample: bytes, encoding: str, enough: int) -> bool:
    """Whether what can be read outweighs the stray bytes so many times; the sample may end inside a character."""
    text = getincrementaldecoder(encoding)("surrogateescape").decode(sample)
    weight = len(_BEYOND_ASCII.findall(text)) + 2 * len(_LATE.findall(text))
    return weight >= enough * _strays(text)


def _strays(text: str) -> int:
    """How many bytes were no character."""
    return len(text) - len(text.encode(errors="ignore").decode())
