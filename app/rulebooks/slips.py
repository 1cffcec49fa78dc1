# ruff: noqa: RUF001  full-width signs are what this is about
"""The kinds of slips of the keyboard, each with how it is recognised, what was meant, and how it is told."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from app.kernel.quantity import narrowed
from app.rulebooks.prose import FILLER, masked

Meant = tuple[str, str, str]
"""What was meant, the message and the mend."""
Tell = Callable[[str], Meant | None]
Fits = Callable[[str, int], bool]
"""Whether a slip of this kind can stand in the text at a place."""
INDENT: Final = "  "
"""What stands for a mistyped indentation: a guess."""
_FAR: Final = 2_000
"""Characters that a bracket is looked for."""
_BLANKS: Final = {"\u3000": "full-width blank", "\xa0": "no-break space"}
_BREAK: Final = r"\s,，、{}\[\]｛｝［］:："
_CJK: Final = f"{FILLER}一-鿿"
_PROSAIC: Final = re.compile("(?![万亿千百])[一-鿿ａ-ｚＡ-Ｚ]")
_ENTRY: Final = "(?:^[ \t\u3000\xa0]*(?:-[ ]+)*|[{,，｛]\\s*)"
_WIDE_KEY: Final = rf"{_ENTRY}(?P<slip>[A-Za-z0-9_.%+０-９％－＋．-]+："
_THOUSANDS: Final = r"[0-9]{1,3}(?:,[0-9]{3})+"


class Slip(NamedTuple):
    """A stretch of the text, what was meant, and the fault in words."""

    start: int
    end: int
    plain: str
    message: str
    mend: str


def slips(text: str) -> Iterator[Slip]:
    """Every slip outside comments, quoted texts and prose, kind by kind; one may lie in another."""
    code = masked(text)
    for pattern, tell, fits in _KINDS:
        for match in pattern.finditer(code):
            start, end = match.span("slip")
            meant = tell(text[start:end]) if fits(code, start) else None
            if meant is not None:
                yield Slip(start, end, *meant)


def _anywhere(_code: str, _start: int) -> bool:
    return True


def _outside_lists(code: str, start: int) -> bool:
    """Whether the innermost bracket that is open is none of a list, where a:b is a text."""
    depth = 0
    for sign in reversed(code[max(0, start - _FAR) : start]):
        depth += (sign in "]}") - (sign in "[{")
        if depth < 0:
            return sign != "["
    return True


def _tab(_: str) -> Meant:
    return INDENT, "a tab stands in the indentation", "indent with blanks"


def _indent(typed: str) -> Meant:
    blank = next(name for sign, name in _BLANKS.items() if sign in typed)
    return INDENT, f"a {blank} stands in the indentation", "indent with plain blanks"


def _blank(typed: str) -> Meant:
    return " ", f"a {_BLANKS[typed[0]]} stands here", "write a plain blank"


def _sign(typed: str) -> Meant:
    plain = narrowed(typed).lstrip(">=≥ ")
    sign = typed[: len(typed) - len(plain)].strip()
    return plain, f"a bound is written with {sign}", f"write only the lower bound: {plain}"


def _commas(typed: str) -> Meant:
    plain = typed.replace(",", "")
    return plain, f"{typed} is written with commas", f"write {plain}"


def _tight(typed: str) -> Meant:
    return f"{typed} ", f"no blank follows {typed}", "write a blank after the colon"


def _wide(typed: str) -> Meant | None:
    plain = narrowed(typed)
    if plain == typed or _PROSAIC.search(typed):
        return None
    wide = "".join(dict.fromkeys(sign for sign in typed if narrowed(sign) != sign))
    said = "full-width digits" if narrowed(wide).isdigit() else f"a full-width {wide}"
    return plain, f"{typed} is written with {said}", f"write {plain}"


def _wide_key(typed: str) -> Meant | None:
    meant = _wide(typed.strip())
    return meant and (f"{meant[0]} ", meant[1], f"{meant[2]} and a blank")


def _separator(typed: str) -> Meant:
    plain = narrowed(typed.strip()).replace("、", ",")
    return plain + " " * (plain == ","), f"a full-width {typed.strip()} stands here", f"write {plain}"


def _kind(pattern: str, tell: Tell, fits: Fits = _anywhere) -> tuple[re.Pattern[str], Tell, Fits]:
    return re.compile(pattern, re.MULTILINE), tell, fits


_KINDS: Final = (
    _kind(r"^[ ]*(?P<slip>\t[\t ]*)", _tab),
    _kind("^[ ]*(?P<slip>[\u3000\xa0][ \u3000\xa0]*)", _indent),
    _kind(rf"(?<![{_CJK}：，\n])(?P<slip>[\u3000\xa0]+)(?![{_CJK}])", _blank),
    _kind(rf"(?<=:[ ])(?P<slip>(?:>=|=>|>|≥|＞＝|＞)[ ]*[0-9０-９][^{_BREAK}{FILLER}]*)", _sign),
    _kind(rf"(?:^[ ]*|\{{[ ]*|,[ ])(?P<slip>{_THOUSANDS})(?=[ ]*:)", _commas),
    _kind(rf"(?<=:[ ])(?P<slip>{_THOUSANDS}(?:\.[0-9]+)?)(?=[ ]*(?:$|[,}}]))", _commas),
    _kind(rf"{_WIDE_KEY})(?=\s*$)", _wide),
    _kind(rf"{_WIDE_KEY}[ \u3000\xa0]*)(?!\s*$)", _wide_key),
    _kind(rf"{_ENTRY}(?P<slip>[A-Za-z0-9_.%+-]+:)(?=[^\s:/])", _tight, _outside_lists),
    _kind(r"(?P<slip>，[ \u3000\xa0]*)(?=[A-Za-z0-9_.%-]+[ ]*[:：])", _separator),
    _kind(rf"(?<![{_CJK}])(?P<slip>[，｛｝［］、][ \u3000\xa0]*)(?![{_CJK}])", _separator),
    _kind(rf"(?:^|(?<=[{_BREAK}>=≥＞＝]))(?P<slip>[^{_BREAK}>=≥＞＝#{FILLER}]+)(?=$|[{_BREAK}])", _wide),
)
