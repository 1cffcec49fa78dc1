"""Where a document's text is prose, a comment or quoted, so that what looks for mistyped signs passes it over."""

import re
from typing import Final

FILLER: Final = "々"
"""Stands for a character of prose."""
_KEYS: Final = "title|source|note|illustrative|label|en|zh"
_PROSE: Final = re.compile(
    rf"""
      (?:^|(?<=[\s{{\[,:，：]))(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')
    | (?:^|(?<=\s))\#.*
    | (?<=[:：\s])[|>][-+0-9]*[ ]*$(?:\n(?:[ ]+.*)?)*
    | ^(?P<notes>[ ]*)notes[ ]*[:：](?P<listed>.*(?:\n(?P=notes)[ -].*|\n[ ]*$)*)
    | ^(?P<indent>[ ]*)(?:-[ ]+)?(?:{_KEYS})[ ]*[:：](?P<lines>[ ]*[^\s{{\["'].*(?:\n(?P=indent)[ ]+\S.*)*)
    | (?<=[{{,，\s])(?:{_KEYS})[ ]*[:：](?P<inner>[ ]*[^\s{{\["',}}](?:(?!，\s*[a-z_]+[:：])[^,}}\n])*)
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Quoted; a comment; block text; notes; a field of prose to the end of its lines, or of its place in braces."""
_LABELLED: Final = re.compile(r"^(?P<indent>[ ]*)(?:roles|labels)[ ]*[:：][ ]*(?:\n(?P=indent)[ ]+.*)+", re.MULTILINE)
_LABEL: Final = re.compile(r"(?<=[:：])(?P<inner>[ ]*[^\s{].*)$", re.MULTILINE)


def masked(text: str) -> str:
    """The text with every character of prose, of comments and of quoted texts filled over; lines stay as they are."""
    return _LABELLED.sub(lambda match: _LABEL.sub(_filled, match[0]), _PROSE.sub(_filled, text))


def _filled(match: re.Match[str]) -> str:
    """The match with its prose filled over: the part that a group names, else the whole."""
    named = next((group for group in ("listed", "lines", "inner") if match.groupdict().get(group) is not None), 0)
    start, end = match.start(named) - match.start(), match.end(named) - match.start()
    whole = match[0]
    return whole[:start] + re.sub(r"[^\n ]", FILLER, whole[start:end]) + whole[end:]
