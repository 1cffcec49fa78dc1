"""Tiers: bounds on attainable scores, stay never above enter, ceilings that can lower, movement."""

from app.kernel.quantity import SCORE, QuantityError, parse, render
from app.kernel.tier import Bound, Ceiling, MovementRules, PlanTerms, TierRule, Tiers
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.repeated import report_repeated
from app.rulebooks.compile.scope import Scope, nearest_name, readable_labels, reason
from app.rulebooks.document.tiers import CeilingPart, DemotionPart, TierRulePart, TiersPart
from app.rulebooks.problem import Code, Path

ROOT: Path = ("tiers",)


def compile_tiers(part: TiersPart, measures: set[str], scope: Scope) -> Tiers | None:
    """Compile tiers and declare `tier`; `measures` are `score` and the dimensions. None where a rule fails."""
    return _Compiler(part, measures, scope).tiers()


class _Compiler:
    def __init__(self, part: TiersPart, measures: set[str], scope: Scope) -> None:
        self.part = part
        self.measures = measures
        self.scope = scope

    def tiers(self) -> Tiers | None:
        """The tiers, from the rules of the highest down."""
        part = self.part
        self._check_section()
        self._check_order()
        otherwise = self._tier(part.rules.otherwise, (*ROOT, "rules", "otherwise"))
        rules = [self._rule(name, rule) for name, rule in part.rules.by_tier.items()]
        ceilings = [self._ceiling(ceiling, (*ROOT, "ceilings", at)) for at, ceiling in enumerate(part.ceilings)]
        within = self._margin()
        movement = self._movement()
        self.scope.declare(readable_labels("tier", tuple(part.order)))
        known = [rule for rule in rules if rule]
        lids = tuple(ceiling for ceiling in ceilings if ceiling)
        if otherwise is None or len(known) < len(rules) or len(lids) < len(ceilings):
            return None
        ordered = tuple(sorted(known, key=lambda rule: -rule.rank))
        return Tiers(tuple(part.order), ordered, otherwise, lids, within, part.illustrative, movement)

    def _check_section(self) -> None:
        if not self.measures and not self.scope.left_out.touches(("scorecard",)):
            message = "tiers are reached by scores, and there is no scorecard"
            mend = "write a scorecard, or use a classification instead of tiers"
            self.scope.findings.add(Code.SECTION_MISPLACED, ROOT, message, mend, at_key=True)

    def _check_order(self) -> None:
        """Every tier is listed once and led to; where a rule's name is misspelt, that alone is the fault."""
        order, rules = self.part.order, self.part.rules
        led_to = {*rules.by_tier, rules.otherwise}
        misnamed = led_to - set(order) or self.scope.left_out.touches((*ROOT, "rules"))
        report_repeated(order, (*ROOT, "order"), self.scope.findings)
        for tier in () if misnamed else dict.fromkeys(order):
            if tier not in led_to:
                where, mend = (*ROOT, "order", order.index(tier)), f"give {tier} a rule, or make it otherwise"
                self.scope.findings.add(Code.TIER_RULE_MISSING, where, f"no rule leads to {tier}", mend)
        for tier in self.part.labels.keys() - set(order):
            self._tier(tier, (*ROOT, "labels", tier), at_key=True)

    def _tier(self, name: str, path: Path, *, at_key: bool = False) -> int | None:
        if name in self.part.order:
            return self.part.order.index(name)
        mend = nearest_name(name, self.part.order)
        self.scope.findings.add(Code.TIER_UNKNOWN, path, f"{name!r} is not in order", mend, at_key=at_key)
        return None

    def _rule(self, name: str, part: TierRulePart) -> TierRule | None:
        path: Path = (*ROOT, "rules", name)
        rank = self._tier(name, path, at_key=True)
        enter = self._bounds(part.enter, (*path, "enter"))
        stay = self._bounds(part.stay, (*path, "stay")) if part.stay is not None else dict(enter)
        complete = len(enter) == len(part.enter) and (part.stay is None or len(stay) == len(part.stay))
        if complete:
            self._check_stay(enter, stay, (*path, "stay"))
        when = compile_condition(part.when, (*path, "when"), self.scope) if part.when else None
        return TierRule(rank, _tuple(enter), _tuple(stay), when) if rank is not None and complete else None

    def _check_stay(self, enter: dict[str, int], stay: dict[str, int], path: Path) -> None:
        for measure, least in stay.items():
            if measure not in enter:
                message, mend = f"{measure} is asked to stay and not to enter", "give it an entry bound as well"
                self.scope.findings.add(Code.STAY_WITHOUT_ENTER, (*path, measure), message, mend, at_key=True)
            elif least > enter[measure]:
                message = (
                    f"it is harder to stay ({render(least, SCORE)}) than to enter ({render(enter[measure], SCORE)})"
                )
                mend = f"write at most {render(enter[measure], SCORE)}"
                self.scope.findings.add(Code.STAY_ABOVE_ENTER, (*path, measure), message, mend)

    def _bounds(self, written: dict[str, str], path: Path) -> dict[str, int]:
        bounds = {name: self._bound(name, text, (*path, name)) for name, text in written.items()}
        return {name: least for name, least in bounds.items() if least is not None}

    def _bound(self, name: str, text: str, path: Path) -> int | None:
        if name not in self.measures:
            if self.measures and not self.scope.excuses(name):
                message, mend = f"{name!r} is neither score nor a dimension", nearest_name(name, self.measures)
                self.scope.findings.add(Code.NAME_UNKNOWN, path, message, mend, at_key=True)
            return None
        least = self._score(text, path)
        readable = self.scope.known.get(name)
        if least is not None and readable and least > readable.high:
            most = render(readable.high, SCORE)
            message = f"{name} never reaches {text}: its most is {most}"
            self.scope.findings.add(Code.BOUND_UNATTAINABLE, path, message, f"write at most {most}")
        return least

    def _score(self, text: str, path: Path) -> int | None:
        try:
            return parse(text, SCORE)
        except QuantityError as error:
            mend = "write points as a plain decimal"
            self.scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {reason(error)}", mend)
            return None

    def _ceiling(self, part: CeilingPart, path: Path) -> Ceiling | None:
        when = compile_condition(part.when, (*path, "when"), self.scope)
        rank = self._tier(part.at_most, (*path, "at_most"))
        if rank is not None and rank == len(self.part.order) - 1:
            message = f"{part.at_most} is the highest tier, and so holds nobody down"
            self.scope.findings.add(Code.CEILING_IDLE, (*path, "at_most"), message, "name a lower tier")
        return None if rank is None else Ceiling(when, rank, part.reason)

    def _margin(self) -> int | None:
        """How near to a stay bound a warning stands."""
        warning = self.part.movement.warning if self.part.movement else None
        if warning is None:
            return None
        path: Path = (*ROOT, "movement", "warning", "within")
        within = self._score(warning.within, path)
        if within is not None and within < 0:
            message = f"a margin of {warning.within} is negative"
            self.scope.findings.add(Code.AMOUNT_OUT_OF_RANGE, path, message, "write 0 or more")
        return within

    def _movement(self) -> MovementRules | None:
        movement = self.part.movement
        if movement is None:
            return None
        needs_recognition = movement.promotion is not None and movement.promotion.needs == "recognition"
        demotion = movement.demotion or DemotionPart()
        return MovementRules(needs_recognition, demotion.after_reviews, self._plan(demotion))

    def _plan(self, demotion: DemotionPart) -> PlanTerms | None:
        plan = demotion.plan
        if plan is None:
            return None
        path: Path = (*ROOT, "movement", "demotion", "plan")
        open_within = compile_period(plan.open_within, (*path, "open_within"), self.scope.findings)
        runs = compile_period(plan.runs, (*path, "runs"), self.scope.findings)
        return PlanTerms(open_within, runs, plan.extensions) if open_within and runs else None


def _tuple(bounds: dict[str, int]) -> tuple[Bound, ...]:
    return tuple(Bound(measure, least) for measure, least in bounds.items())
