"""How visits count, in English and Chinese."""

from collections.abc import Iterator
from typing import Final

from app.rulebooks.document.coverage import CoveragePart, PartPeriodPart
from app.rulebooks.wording.text import CLAUSES, Both, joined, period_in_words

_CREDIT: Final = {
    "each_role": Both("a joint visit credits each role that attends", "联合拜访计入每个参与岗位"),
    "lead_only": Both("a joint visit credits the role that leads it alone", "联合拜访只计入牵头岗位"),
}
_ROUNDED: Final = {
    "up": Both("rounded up", "向上取整"),
    "down": Both("rounded down", "向下取整"),
    "nearest": Both("rounded to the nearest", "四舍五入"),
}


def coverage_terms(part: CoveragePart) -> Both:
    """What holds of every obligation: credit, parts of a period, when it closes and when one is at risk."""
    return joined([_CREDIT[part.credit], *_part_period(part.part_period), *_deadlines(part)], CLAUSES)


def _part_period(part: PartPeriodPart) -> Iterator[Both]:
    if part.by == "nothing":
        yield Both("a part of a period owes as much as the whole", "不足一期的仍按全期要求")
    else:
        how = _ROUNDED[part.round]
        yield Both(
            f"a part of a period owes pro rata of its working days, {how.en}", f"不足一期的按工作日折算，{how.zh}"
        )
    if part.min_days:
        days = part.min_days
        yield Both(f"fewer than {days} working days owe nothing", f"不足{days}个工作日的不作要求")


def _deadlines(part: CoveragePart) -> Iterator[Both]:
    if part.grace is None:
        yield Both("a period closes at its end", "期满即关闭")
    else:
        days = period_in_words(part.grace)
        yield Both(
            f"visits are entered until {days.en} after a period, marked late", f"期满后{days.zh}内可补录，并注明"
        )
    for each in part.checkpoints:
        yield Both(
            f"once more than {each.elapsed} of the working days are over, less than {each.done} done is at risk",
            f"工作日过{each.elapsed}后，完成不足{each.done}的列为有风险",
        )
