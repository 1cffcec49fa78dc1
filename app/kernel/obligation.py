"""Obligations: how many visits or contacts each role owes a client (domain.md D2, A8, A9)."""

from dataclasses import dataclass

from app.kernel.condition import Condition, Env

PERIODS = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True, slots=True)
class ObligationRule:
    """`role` owes a client for which `when` holds at least `at_least` visits per `per`.

    `satisfied_by` is `any_holder` (one visit of any holder of the role counts for all of them,
    our reading of D2) or `each`. `counts` are the kinds of visit that count.
    """

    role: str
    when: Condition
    at_least: int
    per: str
    counts: tuple[str, ...]
    satisfied_by: str = "any_holder"


def owed(rules: tuple[ObligationRule, ...], env: Env) -> tuple[ObligationRule, ...]:
    """The rule that binds each role and period: of several that hold the largest; they do not add up.

    Of two equally large the first written binds. Order: as the roles are first written.
    """
    binding: dict[tuple[str, str], ObligationRule] = {}
    for rule in rules:
        if rule.when.holds(env):
            key = (rule.role, rule.per)
            if key not in binding or rule.at_least > binding[key].at_least:
                binding[key] = rule
    return tuple(binding.values())
