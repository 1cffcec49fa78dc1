"""A client's tier as it goes over the wire: what made it, what threatens it, what the higher ones would take."""

from collections.abc import Mapping
from typing import Final

from app.kernel.condition import Env
from app.kernel.nearest import Move, Moves
from app.kernel.quantity import SCORE, render
from app.kernel.tier import Bound, Ceiling, StayWarning, TierAbove, TierDecision, Tiers, tiers_above
from app.tiering.reasons import SHOWN_DECIMALS, Reasons, Words

MOST_MOVES: Final = 10


class TierPresenter:
    """Presents the tiers of one rulebook; `labels` by tier, in both languages."""

    def __init__(self, tiers: Tiers, labels: Mapping[str, Words | None], reasons: Reasons) -> None:
        self._tiers = tiers
        self._labels = labels
        self._reasons = reasons

    def of(self, tier: TierDecision, env: Env, moves: Moves | None) -> Words:
        """The tier with its reasons, what holds it down, and what each higher tier lacks."""
        labels = self._tiers.labels
        return {
            "value": labels[tier.rank],
            "label": self._labels.get(labels[tier.rank]),
            "earned": labels[tier.earned],
            "bounds": "stay" if tier.stayed else "enter",
            "because": [*(self._bound(each, env) for each in tier.bounds), *self._reasons.of_condition(tier.when, env)],
            "ceilings": [self._ceiling(each, env) for each in tier.ceilings],
            "next": self._next(tier, env, moves),
        }

    def threat(self, warning: StayWarning, env: Env) -> Words:
        """What threatens the standing tier, or takes it."""
        cause = warning.cause
        if isinstance(cause, Bound):
            return {"reason": warning.reason, "because": [self._bound(cause, env)]}
        if isinstance(cause, Ceiling):
            because = self._reasons.of_condition(cause.when, env)
            return {"reason": warning.reason, "ceiling": cause.reason, "because": because}
        return {"reason": warning.reason, "because": self._reasons.of_condition(cause, env)}

    def _bound(self, bound: Bound, env: Env) -> Words:
        return {**self._reasons.read(bound.measure, env[bound.measure]), "at_least": render(bound.least, SCORE)}

    def _ceiling(self, ceiling: Ceiling, env: Env) -> Words:
        return {
            "at_most": self._tiers.labels[ceiling.at_most],
            "reason": ceiling.reason,
            "because": self._reasons.of_condition(ceiling.when, env),
        }

    def _next(self, tier: TierDecision, env: Env, moves: Moves | None) -> Words | None:
        above = [self._above(each, env) for each in tiers_above(self._tiers, env, tier)]
        if not above:
            return None
        found = [self._move(each) for each in moves.moves[:MOST_MOVES]] if moves else None
        return {
            **above[0],
            "higher": above[1:],
            "moves": found,
            "search_complete": moves.complete if moves else None,
        }

    def _above(self, above: TierAbove, env: Env) -> Words:
        return {
            "tier": self._tiers.labels[above.rank],
            "bounds": "stay" if above.stays else "enter",
            "lacking": [self._short_of(each, env[each.measure]) for each in above.short],
            "unmet": self._reasons.of_condition(above.unmet, env),
            "held_by": [self._ceiling(each, env) for each in above.ceilings],
        }

    @staticmethod
    def _short_of(bound: Bound, value: int) -> Words:
        return {
            "measure": bound.measure,
            "value": render(value, SCORE, SHOWN_DECIMALS),
            "at_least": render(bound.least, SCORE),
            "short_by": render(bound.least - value, SCORE, SHOWN_DECIMALS),
        }

    def _move(self, move: Move) -> Words:
        changes = [
            {"fact": each.fact.name, "before": each.fact.render(each.before), "after": each.fact.render(each.after)}
            for each in move.changes
        ]
        return {"changes": changes, "reaches": self._tiers.labels[move.rank]}
