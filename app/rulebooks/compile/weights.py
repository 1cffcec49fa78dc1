"""Weights in basis points: of indicators, of dimensions, and of the profiles that replace them for some clients."""

from collections.abc import Mapping

from app.kernel.condition import AllOf, Condition
from app.kernel.quantity import WEIGHT, QuantityError, parse, render
from app.kernel.scorecard import FULL_WEIGHT, Profile
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.scope import Scope, nearest_name, reason
from app.rulebooks.document.scorecards import ProfilePart
from app.rulebooks.problem import Code, Path

DEFAULT = "default"
Weights = Mapping[str, int | None]
"""Weights by name; None where one could not be read."""


def compile_weight(text: str, path: Path, scope: Scope) -> int | None:
    """A percent of the whole; what is not one is a finding."""
    mend = "write a percent from 0 to 100, with at most 2 decimals"
    try:
        weight = parse(text.removesuffix("%"), WEIGHT)
    except QuantityError as error:
        scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {reason(error)}", mend)
        return None
    if weight < 0:
        scope.findings.add(Code.AMOUNT_OUT_OF_RANGE, path, f"a weight of {text} is negative", mend)
        return None
    return weight


def check_sum(weights: Weights, path: Path, scope: Scope) -> None:
    """All weights at `path` sum to 100; not asked where one of them is faulty or left out."""
    known = [weight for weight in weights.values() if weight is not None]
    if len(known) == len(weights) and sum(known) != FULL_WEIGHT and not scope.left_out.touches(path):
        total = render(sum(known), WEIGHT)
        terms = " + ".join(render(weight, WEIGHT) for weight in known)
        message = f"the weights sum to {total} ({terms})" if len(known) > 1 else f"the only weight is {total}"
        percents = f"weights are percents: write {render(known[0] * 100, WEIGHT)}, or {render(known[0] * 100, WEIGHT)}%"
        mend = percents if sum(known) * 100 == FULL_WEIGHT else "make them sum to 100"
        scope.findings.add(Code.WEIGHTS_SUM, path, message, mend, at_key=True)


def compile_profiles(parts: list[ProfilePart], own: Weights, root: Path, scope: Scope) -> tuple[Profile, ...]:
    """Profiles in the order they are tried; `own` are the weights of the dimensions themselves."""
    compiler = _Profiles(own, scope)
    last = len(parts) - 1
    found = [compiler.profile(part, at, (*root, at), last=at == last) for at, part in enumerate(parts)]
    if parts and not any(part.otherwise for part in parts) and not scope.left_out.touches(root):
        mend = "end with {otherwise: default}"
        scope.findings.add(Code.OTHERWISE_MISSING, root, "the weight profiles have no otherwise", mend, at_key=True)
    return tuple(profile for profile in found if profile)


class _Profiles:
    def __init__(self, own: Weights, scope: Scope) -> None:
        self.own = own
        self.scope = scope
        self.names = {DEFAULT}

    def profile(self, part: ProfilePart, at: int, path: Path, *, last: bool) -> Profile | None:
        """One profile; None for `otherwise`."""
        if part.otherwise is not None:
            self._check_otherwise(part, path, last=last)
            return None
        name = self._named(part.name or f"profile_{at + 1}", path)
        condition: Condition = AllOf(())
        if part.when is None:
            mend = "write when: the clients it is for"
            self.scope.findings.add(Code.RULE_MISSING, path, "a profile needs when", mend)
        else:
            condition = compile_condition(part.when, (*path, "when"), self.scope)
        weights = {each: self._weight(each, text, (*path, each)) for each, text in part.weights.items()}
        if self._complete(weights, path):
            check_sum(weights, path, self.scope)
        return Profile(name, condition, tuple(weights.get(each) or 0 for each in self.own))

    def _named(self, name: str, path: Path) -> str:
        if name in self.names:
            message = f"another profile is already named {name!r}"
            self.scope.findings.add(Code.NAME_TAKEN, (*path, "name"), message, "give it another name")
        self.names.add(name)
        return name

    def _check_otherwise(self, part: ProfilePart, path: Path, *, last: bool) -> None:
        if part.when is not None or part.weights:
            mend = "write {when: …, and weights} or {otherwise: default}"
            self.scope.findings.add(Code.RULE_MISSING, path, "otherwise stands alone in its profile", mend)
        if not last:
            message = "what follows otherwise is never tried"
            self.scope.findings.add(Code.OTHERWISE_NOT_LAST, path, message, "move it last")

    def _weight(self, name: str, text: str, path: Path) -> int | None:
        if name not in self.own and not self.scope.excuses(name):
            mend = nearest_name(name, self.own)
            self.scope.findings.add(Code.NAME_UNKNOWN, path, f"no dimension is named {name!r}", mend, at_key=True)
        return compile_weight(text, path, self.scope)

    def _complete(self, weights: Weights, path: Path) -> bool:
        """Whether every dimension that counts is weighed; where a name is misspelt, that alone is the fault."""
        absent = [name for name, weight in self.own.items() if weight != 0 and name not in weights]
        if absent and weights.keys() <= self.own.keys():
            mend = "weigh every dimension, with 0 where it does not count"
            self.scope.findings.add(Code.WEIGHT_MISSING, path, f"no weight for {', '.join(absent)}", mend)
        return not absent
