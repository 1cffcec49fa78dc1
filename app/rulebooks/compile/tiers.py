"""Tiers: bounds on attainable scores, stay never above enter, ceilings that can lower."""

from app.kernel.quantity import SCORE, QuantityError, parse, render
from app.kernel.tier import Bound, Ceiling, TierRule, Tiers
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.scope import Scope, nearest_name, readable_labels
from app.rulebooks.document.tiers import CeilingPart, TierRulePart, TiersPart
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
        self._check_order()
        otherwise = self._tier(part.rules.otherwise, (*ROOT, "rules", "otherwise"))
        rules = [self._rule(name, rule) for name, rule in part.rules.by_tier.items()]
        ceilings = [self._ceiling(ceiling, (*ROOT, "ceilings", at)) for at, ceiling in enumerate(part.ceilings)]
        within = self._movement()
        self.scope.declare(readable_labels("tier", tuple(part.order)))
        known = [rule for rule in rules if rule]
        lids = tuple(ceiling for ceiling in ceilings if ceiling)
        if otherwise is None or len(known) < len(rules) or len(lids) < len(ceilings):
            return None
        ordered = tuple(sorted(known, key=lambda rule: -rule.rank))
        return Tiers(tuple(part.order), ordered, otherwise, lids, within, part.illustrative)

    def _check_order(self) -> None:
        order, rules = self.part.order, self.part.rules
        for position, tier in enumerate(order):
            if tier in order[:position]:
                self.scope.findings.add(
                    Code.OPTION_DUPLICATE, (*ROOT, "order", position), f"{tier!r} is listed twice", "keep one of them"
                )
            elif tier not in rules.by_tier and tier != rules.otherwise:
                mend = f"give {tier} bounds, or make it otherwise"
                self.scope.findings.add(
                    Code.TIER_RULE_MISSING, (*ROOT, "order", position), f"nothing leads to {tier}", mend
                )
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
        for measure, least in stay.items():
            if measure not in enter:
                mend = "give it an entry bound as well"
                self.scope.findings.add(
                    Code.STAY_WITHOUT_ENTER, (*path, "stay", measure), f"{measure} is no entry bound", mend, at_key=True
                )
            elif least > enter[measure]:
                message = (
                    f"it is harder to stay ({render(least, SCORE)}) than to enter ({render(enter[measure], SCORE)})"
                )
                self.scope.findings.add(
                    Code.STAY_ABOVE_ENTER, (*path, "stay", measure), message, "write a stay bound at or below entry"
                )
        when = compile_condition(part.when, (*path, "when"), self.scope) if part.when else None
        complete = len(enter) == len(part.enter) and (part.stay is None or len(stay) == len(part.stay))
        return TierRule(rank, _tuple(enter), _tuple(stay), when) if rank is not None and complete else None

    def _bounds(self, written: dict[str, str], path: Path) -> dict[str, int]:
        return {
            name: least
            for name, text in written.items()
            if (least := self._bound(name, text, (*path, name))) is not None
        }

    def _bound(self, name: str, text: str, path: Path) -> int | None:
        if name not in self.measures:
            mend = nearest_name(name, self.measures) if self.measures else "write a scorecard first"
            self.scope.findings.add(
                Code.NAME_UNKNOWN, path, f"{name!r} is neither score nor a dimension", mend, at_key=True
            )
            return None
        readable = self.scope.known.get(name)
        try:
            least = parse(text, SCORE)
        except QuantityError as error:
            self.scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {error}", "write a score as a plain decimal")
            return None
        if readable and least > readable.high:
            mend = f"write at most {render(readable.high, SCORE)}"
            self.scope.findings.add(Code.BOUND_UNATTAINABLE, path, f"{name} never reaches {text}", mend)
        return least

    def _ceiling(self, part: CeilingPart, path: Path) -> Ceiling | None:
        when = compile_condition(part.when, (*path, "when"), self.scope)
        rank = self._tier(part.at_most, (*path, "at_most"))
        if rank is not None and rank == len(self.part.order) - 1:
            self.scope.findings.add(
                Code.CEILING_IDLE, (*path, "at_most"), f"{part.at_most} is the highest tier", "name a lower one"
            )
        return None if rank is None else Ceiling(when, rank, part.reason)

    def _movement(self) -> int | None:
        movement = self.part.movement
        path: Path = (*ROOT, "movement")
        if movement and movement.demotion and movement.demotion.plan:
            plan = movement.demotion.plan
            for key in ("open_within", "runs"):
                compile_period(getattr(plan, key), (*path, "demotion", "plan", key), self.scope.findings)
        if movement is None or movement.warning is None:
            return None
        try:
            within = parse(movement.warning.within, SCORE)
        except QuantityError as error:
            where = (*path, "warning", "within")
            self.scope.findings.add(
                Code.AMOUNT_INVALID, where, f"{movement.warning.within!r} {error}", "write points as a plain decimal"
            )
            return None
        if within < 0:
            self.scope.findings.add(
                Code.AMOUNT_OUT_OF_RANGE, (*path, "warning", "within"), "a margin is not negative", "write 0 or more"
            )
        return within


def _tuple(bounds: dict[str, int]) -> tuple[Bound, ...]:
    return tuple(Bound(measure, least) for measure, least in bounds.items())
