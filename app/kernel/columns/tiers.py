"""Tiers over columns: what is earned, what ceilings leave of it, what warns who stands in a tier."""

from collections.abc import Callable, Iterator
from typing import Final

import narwhals as nw

from app.kernel.columns.classes import label
from app.kernel.columns.expressions import FALSE, Stage, either, every, holds, integer, read, smallest
from app.kernel.columns.names import STAY_KINDS, reasons
from app.kernel.tier import Bound, TierRule, Tiers

_NOWHERE: Final = -1
"""The standing of a client that has none: below every tier."""
_MOST: Final = 2**63 - 1


def tiered(tiers: Tiers, *, standing: bool) -> Iterator[Stage]:
    """The tier; `standing` says whether the frame tells where clients stand."""
    if standing:
        yield {"env__standing": nw.coalesce(nw.col("standing__tier"), integer(_NOWHERE))}
    yield {"env__earned": _earned(tiers, standing=standing)} | _held_at(tiers)
    yield {"env__tier": smallest([read("earned"), *(read("held_at") for _ in tiers.ceilings[:1])])}
    yield {"tier": label("tier", tiers.labels)}


def tier_reasons(tiers: Tiers, *, standing: bool) -> Stage:
    """What is earned before ceilings, the ceilings that hold, and what warns: from the columns of `tiered`."""
    ceilings = {
        f"ceiling__{reason}": either(holds(each.when) for each in tiers.ceilings if each.reason == reason)
        for reason in reasons(tiers.ceilings)
    }
    held_at = read("held_at") if tiers.ceilings else nw.lit(None, dtype=nw.Int64)
    stay = _stay_flags(tiers) if standing else dict.fromkeys((f"stay__{kind}" for kind in STAY_KINDS), FALSE)
    return {"earned": label("earned", tiers.labels), **ceilings, "held_at": held_at, **stay}


def _earned(tiers: Tiers, *, standing: bool) -> nw.Expr:
    rank = integer(tiers.otherwise)
    for rule in reversed(tiers.rules):
        rank = nw.when(_reached(rule, standing=standing)).then(integer(rule.rank)).otherwise(rank)
    return rank


def _reached(rule: TierRule, *, standing: bool) -> nw.Expr:
    reached = _all_bounds(rule.enter)
    if standing:
        stays = read("standing") >= integer(rule.rank)
        reached = (stays & _all_bounds(rule.stay)) | (~stays & reached)
    return reached if rule.when is None else reached & holds(rule.when)


def _all_bounds(bounds: tuple[Bound, ...]) -> nw.Expr:
    return every(read(each.measure) >= each.least for each in bounds)


def _held_at(tiers: Tiers) -> Stage:
    lids = [nw.when(holds(each.when)).then(integer(each.at_most)) for each in tiers.ceilings]
    return {"env__held_at": smallest(lids)} if lids else {}


def _stay_flags(tiers: Tiers) -> Stage:
    """As `stay_warnings` says for one client."""
    at = read("standing")
    rules = [rule for rule in map(tiers.rule, range(len(tiers.labels))) if rule]

    def where(found: Callable[[TierRule], nw.Expr]) -> nw.Expr:
        return either((at == rule.rank) & found(rule) for rule in rules)

    ruled = either(at == rule.rank for rule in rules)
    held = nw.coalesce(read("held_at"), at) < at if tiers.ceilings else FALSE
    within = tiers.warn_within
    return {
        "stay__near_stay_bound": FALSE if within is None else where(lambda rule: _near(rule.stay, within)),
        "stay__below_stay_bound": where(lambda rule: ~_all_bounds(rule.stay)),
        "stay__stay_condition_unmet": where(lambda rule: FALSE if rule.when is None else ~holds(rule.when)),
        "stay__held_by_ceiling": held,
        "stay__lower_tier": ~ruled & (read("earned") < at),
    }


def _near(bounds: tuple[Bound, ...], within: int) -> nw.Expr:
    """Whether some bound is met by no more than the margin."""
    of = [(read(each.measure), each.least) for each in bounds]
    return either((value >= least) & (value <= min(least + within, _MOST)) for value, least in of)
