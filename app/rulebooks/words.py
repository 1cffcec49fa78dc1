"""Conditions, bounds and comparisons in words, English and Chinese, with amounts as staff wrote them."""

from collections.abc import Iterable

from app.rulebooks.document.conditions import ConditionPart, TestPart
from app.rulebooks.document.values import Label

_COMPARISONS = {
    "at_least": ("is at least {}", "不低于 {}"),
    "more_than": ("is more than {}", "超过 {}"),
    "at_most": ("is at most {}", "不超过 {}"),
    "below": ("is below {}", "低于 {}"),
    "is_": ("is {}", "为 {}"),
}


def both(en: str, zh: str) -> Label:
    """A text in both languages."""
    return Label(en=en, zh=zh)


def joined(parts: Iterable[Label], en: str = "; ", zh: str = "；") -> Label:
    """Several texts as one."""
    found = list(parts)
    return both(en.join(part.en for part in found), zh.join(part.zh for part in found))


def condition(part: ConditionPart | None) -> Label:
    """A condition; "for every client" where there is none."""
    if part is None:
        return both("for every client", "所有客户")
    lines = [_test(name, test) for name, test in part.tests.items()]
    if part.all_:
        lines.extend(condition(each) for each in part.all_)
    if part.any_:
        lines.append(_bracketed(joined(map(condition, part.any_), " or ", " 或 ")))
    if part.not_:
        inner = condition(part.not_)
        lines.append(both(f"not ({inner.en})", f"并非（{inner.zh}）"))
    if part.at_least_of:
        inner = joined(map(condition, part.at_least_of.of), ", ", "，")
        count = part.at_least_of.count
        lines.append(both(f"at least {count} of ({inner.en})", f"以下至少满足 {count} 项（{inner.zh}）"))
    return joined(lines, " and ", " 且 ") if lines else both("for every client", "所有客户")


def bands(subject: str, entries: dict[str, str]) -> Label:
    """Classes by inclusive lower bounds: each from its own bound up to the next one."""
    bounds = list(entries.items())
    said = []
    for at, (label, bound) in enumerate(bounds):
        above = bounds[at + 1][1] if at + 1 < len(bounds) else None
        said.append(both(f"{label} {_range_en(bound, above, at)}", f"{label} {_range_zh(bound, above, at)}"))
    inner = joined(said, ", ", "，")
    return both(f"by {subject}: {inner.en}", f"按 {subject}：{inner.zh}")


def options(subject: str, entries: dict[str, str]) -> Label:
    """Classes by option."""
    pairs = ", ".join(f"{option} → {outcome}" for option, outcome in entries.items())
    return both(f"by {subject}: {pairs}", f"按 {subject}：{pairs}")


def points(entries: dict[str, str], *, linear: bool) -> Label:
    """Points by bound, anchor or option."""
    if linear:
        en = ", ".join(f"{value} at {bound}" for bound, value in entries.items())
        zh = "，".join(f"{bound} 得 {value} 分" for bound, value in entries.items())
        return both(f"points on straight lines: {en}", f"线性插值：{zh}")
    en = ", ".join(f"{value} from {bound}" for bound, value in entries.items())
    zh = "，".join(f"{bound} 起得 {value} 分" for bound, value in entries.items())
    return both(f"points: {en}", f"分值：{zh}")


def _range_en(bound: str, above: str | None, at: int) -> str:
    if at == 0:
        return "in every case" if above is None else f"below {above}"
    return f"from {bound}" if above is None else f"from {bound} to below {above}"


def _range_zh(bound: str, above: str | None, at: int) -> str:
    if at == 0:
        return "不论数值" if above is None else f"低于 {above}"
    return f"{bound} 及以上" if above is None else f"{bound} 及以上、低于 {above}"


def _test(name: str, test: TestPart) -> Label:
    said = []
    for key, (en, zh) in _COMPARISONS.items():
        value = getattr(test, key)
        if value is not None:
            said.append(both(en.format(value), zh.format(value)))
    if test.in_ is not None:
        said.append(both(f"is one of {', '.join(test.in_)}", f"属于 {'、'.join(test.in_)}"))
    inner = joined(said, " and ", " 且 ")
    return both(f"{name} {inner.en}", f"{name} {inner.zh}")


def _bracketed(label: Label) -> Label:
    return both(f"({label.en})", f"（{label.zh}）")
