"""Texts in English and Chinese: joined, bracketed; periods and bounds in words, amounts as staff wrote them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from app.kernel.cadence import PeriodError, parse_period
from app.rulebooks.document.values import Label


class Both(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def __add__(self, other: object) -> "Both":
        """Both texts continued: by both of another, or by one text that reads the same."""
        if isinstance(other, Both):
            return Both(self.en + other.en, self.zh + other.zh)
        return Both(self.en + str(other), self.zh + str(other))

    def label(self) -> Label:
        """The text as a label; longer ones than a document may hold are allowed."""
        return Label.model_construct(en=self.en, zh=self.zh)


AND: Final = Both(" and ", "且")
OR: Final = Both(" or ", "或")
LIST: Final = Both(", ", "、")
CLAUSES: Final = Both("; ", "；")
ALWAYS: Final = Both("always", "一律")
COLON: Final = Both(": ", "：")

_UNITS: Final = (("year", "年"), ("month", "个月"), ("day", "天"))


def joined(parts: Iterable[Both], by: Both) -> Both:
    """The texts, one after the other."""
    every = list(parts)
    return Both(by.en.join(each.en for each in every), by.zh.join(each.zh for each in every))


def same(text: str) -> Both:
    """A text that reads the same in both languages: an amount, a name."""
    return Both(text, text)


def in_brackets(text: Both) -> Both:
    """The text as an aside or as one operand."""
    return Both(f"({text.en})", f"（{text.zh}）")


def period_in_words(text: str) -> Both:
    """A period: "3 months", "3个月"; what is none, as it is written."""
    try:
        period = parse_period(text)
    except PeriodError:
        return same(text)
    years, months = divmod(period.months, 12)
    counts = [(count, unit) for count, unit in zip((years, months, period.days), _UNITS, strict=True) if count]
    en = " and ".join(f"{count} {unit}s" if count > 1 else f"{count} {unit}" for count, (unit, _) in counts)
    return Both(en, "".join(f"{count}{unit}" for count, (_, unit) in counts))


def bounds_in_words(bounds: Sequence[str], outcomes: Sequence[Both]) -> Both:
    """Inclusive lower bounds with what each leads to, the highest first: "from 2亿: class_1; below 2亿: class_2"."""
    if len(bounds) == 1:
        return ALWAYS + Both(" ", "") + outcomes[0]
    first, *between = pairwise(bounds)
    spans = [Both(f"below {first[1]}", f"低于{first[1]}")]
    spans += [Both(f"from {low} to below {high}", f"{low}（含）至{high}（不含）") for low, high in between]
    spans.append(Both(f"from {bounds[-1]}", f"{bounds[-1]}（含）以上"))
    lines = [span + COLON + outcome for span, outcome in zip(spans, outcomes, strict=True)]
    return joined(reversed(lines), CLAUSES)
