"""What each kind of part of a rulebook says, in English and Chinese."""

from typing import Final

from app.rulebooks.compile.facts import UNBOUNDED
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.classifications import ClassificationPart
from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.coverage import CoveragePart, ObligationPart, SelectionPart
from app.rulebooks.document.facts import FactPart
from app.rulebooks.document.scorecards import DimensionPart, IndicatorPart, ProfilePart, ScorecardPart
from app.rulebooks.document.tiers import (
    CeilingPart,
    DemotionPart,
    MovementPart,
    ReviewsPart,
    TierRulePart,
    TiersPart,
    TriggerPart,
)
from app.rulebooks.wording.names import Wording
from app.rulebooks.wording.rules import RuleWording
from app.rulebooks.wording.text import CLAUSES, COLON, LIST, Both, joined, period_in_words, same

_KINDS: Final = {
    "money": Both("an amount of money (CNY)", "金额（人民币元）"),
    "ratio": Both("a ratio", "比率"),
    "number": Both("a number", "数值"),
    "count": Both("a whole number", "整数"),
    "flag": Both("yes or no", "是或否"),
    "grade": Both("a grade, from lowest to highest: ", "等级，由低到高："),
    "choice": Both("one of ", "选项："),
}
_MISSING: Final = {
    "zero": Both("where missing it counts as 0", "缺失时按0计"),
    "worst": Both(
        "where missing it counts as the worst, and the decision is incomplete", "缺失时按最差值计，且结果标为不完整"
    ),
    "refuse": Both("without it there is no decision", "缺失时不作判定"),
}
_PERIODS: Final = {
    "month": Both("a month", "每月"),
    "quarter": Both("a quarter", "每季度"),
    "half_year": Both("a half-year", "每半年"),
    "year": Both("a year", "每年"),
}
_VISITS: Final = {"visit": "拜访", "contact": "联系"}
_HOLDERS: Final = {
    "any_holder": Both("a visit by any holder of the role counts", "该岗位任何一人完成即可"),
    "each": Both("every holder of the role owes them", "该岗位每人均须完成"),
}
_FOLLOWS: Final = {
    "warnings": Both("a warning stands: ", "预警："),
    "exits": Both("an exit is proposed: ", "提出退出："),
}


class PartWording:
    """Says the parts of one document."""

    def __init__(self, document: RulebookDocument) -> None:
        self.words = Wording(document)
        self.rules = RuleWording(self.words, document)

    def applies(self, part: ConditionPart) -> Both:
        """Whom the rulebook is for."""
        said = self.words.condition(part)
        return Both(f"for clients where {said.en}", f"适用于{said.zh}的客户")

    def fact(self, part: FactPart) -> Both:
        """What values a fact has, how a missing one counts, and when it is old."""
        lines = [_KINDS[part.type] + joined(map(same, part.options or ()), LIST)]
        lines += _ends(part)
        lines += [Both("lower is better", "越低越好")] if part.better == "lower" else []
        no = part.type == "flag" and part.missing == "zero"
        lines.append(Both("where missing it counts as no", "缺失时按否计") if no else _MISSING[part.missing])
        if part.max_age is not None:
            age = period_in_words(part.max_age)
            lines.append(Both(f"a decision points at values older than {age.en}", f"超过{age.zh}的数据予以提示"))
        return joined(lines, CLAUSES)

    def classification(self, name: str, part: ClassificationPart) -> Both:
        """How a class is decided."""
        return self.rules.rule(name, part)

    def scorecard(self, part: ScorecardPart) -> Both:
        """How indicators become one score."""
        if part.method == "weighted":
            return Both("the weighted points of its dimensions, from 0 to 100", "各维度得分加权合计，0至100分")
        base = part.base or "0"
        return Both(f"{base} points and the points of all indicators added", f"基础分{base}分，加各项指标得分")

    def dimension(self, card: ScorecardPart, part: DimensionPart) -> Both:
        """What a dimension weighs."""
        if card.method == "points":
            return Both("the points of its indicators added", "各项指标得分相加")
        weight = _percent(part.weight or "0")
        if weight.strip("0.%") == "":
            return Both("scored without counting in the total", "单独评分，不计入总分")
        return Both(f"weighs {weight} of the score", f"占总分{weight}")

    def indicator(self, name: str, part: IndicatorPart, dimension: str) -> Both:
        """The points of an indicator, and what they weigh."""
        fact = part.fact or name
        lines = [self.words.name(fact) + Both(" ", "") + self.rules.points(fact, part)]
        if part.weight is not None:
            weight, of = _percent(part.weight), self.words.name(dimension)
            lines.append(Both(f"weighs {weight} of {of.en}", f"占{of.zh}{weight}"))
        return joined(lines, CLAUSES)

    def profile(self, part: ProfilePart) -> Both:
        """Whose dimensions weigh otherwise."""
        if part.otherwise:
            return Both("for all others, the weights of the dimensions themselves", "其他客户适用各维度自身权重")
        weights = [self.words.name(name) + " " + _percent(text) for name, text in part.weights.items()]
        return self.words.where(part.when) + COLON + joined(weights, LIST)

    def tiers(self, part: TiersPart) -> Both:
        """The tiers, and where who meets no rule stands."""
        order = self.words.values("tier", reversed(part.order), LIST)
        last = self.words.value("tier", part.rules.otherwise)
        lines = [
            Both("from highest to lowest: ", "由高到低：") + order,
            Both(
                "a client gets the highest whose bounds all hold, and otherwise ", "归入门槛全部满足的最高一层，否则为"
            )
            + last,
        ]
        return joined(lines, CLAUSES)

    def tier_rule(self, part: TierRulePart) -> Both:
        """What a tier asks of those who enter and of those who stand in it."""
        lines = [Both("to enter, ", "进入：") + self._bounds(part.enter)]
        lines.append(Both("to stay, ", "保持：") + self._bounds(part.enter if part.stay is None else part.stay))
        if part.when is not None:
            lines.append(Both("only ", "仅限") + self.words.where(part.when))
        return joined(lines, CLAUSES)

    def ceiling(self, part: CeilingPart) -> Both:
        """What holds a client down."""
        tier = self.words.value("tier", part.at_most)
        return self.words.where(part.when) + Both(f", no tier above {tier.en}", f"，最高为{tier.zh}")

    def movement(self, part: MovementPart) -> Both:
        """What comes before a client changes tier; of what is not written, what holds then."""
        recognised = part.promotion is not None and part.promotion.needs == "recognition"
        en = "needs recognition" if recognised else "takes effect by itself"
        lines = [Both(f"a promotion {en}", "升级须经认定" if recognised else "升级直接生效")]
        if part.warning:
            within = part.warning.within
            lines.append(
                Both(f"a warning stands within {within} points of a stay bound", f"距保持门槛{within}分以内即预警")
            )
        lines += self._demotion(part.demotion or DemotionPart())
        return joined(lines, CLAUSES)

    def obligation(self, part: ObligationPart, coverage: CoveragePart) -> Both:
        """Who owes whom how many visits."""
        kinds = part.counts or coverage.counts
        role, per = self.words.role(part.role), _PERIODS[part.per]
        zh = "或".join(_VISITS.get(kind, kind) for kind in kinds)
        owes = Both(
            f"{role.en} owes at least {part.at_least} {per.en} ({' or '.join(kinds)}) ",
            f"{role.zh}{per.zh}至少{part.at_least}次（{zh}）：",
        )
        holders = _HOLDERS[part.satisfied_by or coverage.satisfied_by]
        return joined([owes + self.words.where(part.when), holders], CLAUSES)

    def reviews(self, part: ReviewsPart) -> Both:
        """How often clients are reviewed, who is reminded, and who hears when it is late."""
        lines = [_every(part.every)] if isinstance(part.every, str) else []
        if not isinstance(part.every, str):
            by = part.by or "tier"
            lines = [self.words.value(by, key) + Both(" ", "") + _every(text) for key, text in part.every.items()]
        lines += [_every(part.full_every) + Both(" in full", "全面评估")] if part.full_every else []
        if part.remind_before:
            before = joined(map(period_in_words, part.remind_before), LIST)
            lines.append(Both(f"reminders {before.en} before", f"提前{before.zh}提醒"))
        for text, role in ((text, role) for step in part.overdue_after for text, role in step.items()):
            late, told = period_in_words(text), self.words.role(role)
            lines.append(Both(f"{late.en} overdue: {told.en} is told", f"逾期{late.zh}：通知{told.zh}"))
        return joined(lines, CLAUSES)

    def trigger(self, section: str, part: TriggerPart) -> Both:
        """When a warning stands or an exit is proposed."""
        return self.words.where(part.when) + Both(", ", "，") + _FOLLOWS[section] + part.reason

    def selection(self, part: SelectionPart) -> Both:
        """The concentration that is looked for."""
        name = self.words.name(part.rank_by)
        return Both(
            f"the {part.clients} of clients with the most {name.en} are looked at to carry {part.carry} of it",
            f"按{name.zh}由大到小排序，前{part.clients}的客户应贡献{part.carry}",
        )

    def _bounds(self, bounds: dict[str, str]) -> Both:
        said = (self.words.name(name) + Both(" at least ", "不低于") + least for name, least in bounds.items())
        return joined(said, LIST)

    @staticmethod
    def _demotion(part: DemotionPart) -> list[Both]:
        count = part.after_reviews
        times = "1 review" if count == 1 else f"{count} reviews in a row"
        lines = [
            Both(f"a demotion takes effect after {times} below the stay bound", f"连续{count}次复核低于保持门槛后降级")
        ]
        if plan := part.plan:
            opened, runs = period_in_words(plan.open_within), period_in_words(plan.runs)
            en = f"an improvement plan is opened within {opened.en} and runs {runs.en}"
            lines.append(Both(en, f"改善计划须在{opened.zh}内启动，为期{runs.zh}"))
            times = "once" if plan.extensions == 1 else f"{plan.extensions} times"
            extended = Both(f"it may be extended {times}", f"可延期{plan.extensions}次")
            lines += [extended] if plan.extensions else []
            lines.append(Both("nobody is demoted before its end", "期满前不降级"))
        return lines


def _percent(text: str) -> str:
    return text if text.endswith("%") else f"{text}%"


def _every(text: str) -> Both:
    period = period_in_words(text)
    return Both(f"every {period.en.removeprefix('1 ')}", f"每{period.zh.removeprefix('1')}")


def _ends(part: FactPart) -> list[Both]:
    if part.min == UNBOUNDED:
        low = [Both("may be negative", "可为负数")]
    else:
        low = [] if part.min is None else [Both(f"from {part.min}", f"下限{part.min}")]
    return low + ([] if part.max in {None, UNBOUNDED} else [Both(f"up to {part.max}", f"上限{part.max}")])
