"""Where a client stands, in the words that are stored: tiers by their labels, for ranks are a version's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kernel.movement import Held, Plan
from app.kernel.tier import Tiers


@dataclass(frozen=True, slots=True)
class InForce:
    """An override that is in force: it shows in place of the tier, which the rules go on moving underneath."""

    id: str
    tier: str
    until: date
    reason: str

    def as_json(self) -> dict[str, Any]:
        """What is stored with every decision that is made meanwhile."""
        return {"id": self.id, "tier": self.tier, "until": self.until.isoformat(), "reason": self.reason}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "InForce":
        """Read what `as_json` wrote."""
        return cls(stored["id"], stored["tier"], date.fromisoformat(stored["until"]), stored["reason"])


@dataclass(frozen=True, slots=True)
class Standing:
    """A client's standing under one rulebook, with labels where the kernel's `Held` has ranks.

    `ceiling` is set only while it is below `tier`. `exited_on` is the day on which the client left; it comes back only
    by recognition (domain.md A12).
    """

    tier: str
    since: date
    reviews_below: int = 0
    ceiling: str | None = None
    warnings: frozenset[str] = frozenset()
    plan: Plan | None = None
    exited_on: date | None = None
    override: InForce | None = None

    def held(self, tiers: Tiers) -> Held | None:
        """The standing by this version's ranks; None where the version no longer has the tier: it places anew."""
        if self.tier not in tiers.labels:
            return None
        ceiling = tiers.labels.index(self.ceiling) if self.ceiling in tiers.labels else None
        rank = tiers.labels.index(self.tier)
        return Held(rank, self.since, self.reviews_below, ceiling, self.warnings, self.plan)

    @property
    def effective(self) -> str:
        """The tier that shows: set by hand; else the one that a ceiling holds the client down to, or the one held."""
        return self.override.tier if self.override else self.ceiling or self.tier

    def as_json(self) -> dict[str, Any]:
        """What is stored with a decision, and in the trail."""
        return {
            "tier": self.tier,
            "since": self.since.isoformat(),
            "reviews_below": self.reviews_below,
            "ceiling": self.ceiling,
            "warnings": sorted(self.warnings),
            "plan": _plan_json(self.plan) if self.plan else None,
            "exited_on": self.exited_on.isoformat() if self.exited_on else None,
            "override": self.override.as_json() if self.override else None,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Standing":
        """Read what `as_json` wrote."""
        return cls(
            tier=stored["tier"],
            since=date.fromisoformat(stored["since"]),
            reviews_below=stored["reviews_below"],
            ceiling=stored["ceiling"],
            warnings=frozenset(stored["warnings"]),
            plan=_plan(stored["plan"]) if stored["plan"] else None,
            exited_on=_day(stored["exited_on"]),
            override=InForce.of_json(stored["override"]) if stored["override"] else None,
        )

    @classmethod
    def of(cls, held: Held, tiers: Tiers, exited_on: date | None, override: InForce | None) -> "Standing":
        """A standing in a version's labels."""
        ceiling = None if held.ceiling is None else tiers.labels[held.ceiling]
        tier = tiers.labels[held.tier]
        return cls(tier, held.since, held.reviews_below, ceiling, held.warnings, held.plan, exited_on, override)


def _plan_json(plan: Plan) -> dict[str, Any]:
    opened = plan.opened_on.isoformat() if plan.opened_on else None
    return {
        "open_by": plan.open_by.isoformat(),
        "opened_on": opened,
        "deadline": plan.deadline.isoformat(),
        "extensions": plan.extensions,
    }


def _plan(stored: Mapping[str, Any]) -> Plan:
    open_by, deadline = date.fromisoformat(stored["open_by"]), date.fromisoformat(stored["deadline"])
    return Plan(open_by, _day(stored["opened_on"]), deadline, stored["extensions"])


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
