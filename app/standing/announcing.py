"""What is told outside of a client's standing: tiers that became others, warnings that stand and stand no longer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.events.catalogue import TierChanged, WarningCleared, WarningRaised
from app.events.envelope import Happened
from app.standing.held import Standing
from app.standing.settled import Settled
from app.standing.verdict import Step
from app.trail.change import Change

_OF_WARNINGS = frozenset({"warning_raised", "warning_cleared"})


class Raised(NamedTuple):
    """A warning that stands since a day, or stands no longer: its id, of which client, under which rulebook, why."""

    id: UUID
    client_id: str
    rulebook: str
    reason: str
    on: date


class Shift(NamedTuple):
    """That the tier that shows of a client became another, by which steps; `which` says which of them it was."""

    client_id: str
    unit: str | None
    rulebook: str
    before: str | None
    after: str | None
    moves: Sequence[str]
    reasons: Sequence[str]
    as_of: date
    which: str
    assessment_id: UUID | None = None

    def told(self, change: Change) -> Happened:
        """The event."""
        data = TierChanged(
            client_id=self.client_id,
            rulebook=self.rulebook,
            before=self.before,
            after=self.after,
            moves=list(self.moves),
            reasons=list(self.reasons),
            as_of=self.as_of,
            assessment_id=self.assessment_id,
        )
        return Happened(data, (self.client_id, self.rulebook, self.which), change.now, self.client_id, self.unit)


def shifts(change: Change, settled: Sequence[Settled]) -> Iterator[Happened]:
    """The tiers that decisions made others; a first place in the lowest tier is no change."""
    for each in settled:
        before, after = shows(each.grounds.standing), shows(each.verdict.standing)
        if before != after and not (before is None and after == _lowest(each)):
            told = Shift(
                each.client_id,
                each.unit,
                each.published.name,
                before,
                after,
                *steps_told(each.verdict.steps),
                each.grounds.as_of,
                str(each.id),
                each.id,
            )
            yield told.told(change)


def shows(standing: Standing | None) -> str | None:
    """The tier that shows of a standing; None where there is none."""
    return standing.effective if standing else None


def _lowest(settled: Settled) -> str | None:
    tiers = settled.published.sound.rulebook.tiers
    return tiers.labels[tiers.otherwise] if tiers else None


def steps_told(steps: Sequence[Step]) -> tuple[list[str], list[str]]:
    """The kinds of steps and their reasons, each once, without those of warnings."""
    telling = [step for step in steps if step.kind not in _OF_WARNINGS]
    kinds = list(dict.fromkeys(step.kind for step in telling))
    return kinds, list(dict.fromkeys(reason for step in telling for reason in step.reasons))


def raised(change: Change, warnings: Sequence[Raised], units: Mapping[str, str | None]) -> Iterator[Happened]:
    """The warnings that stand from now on; `units` lead the clients."""
    for each in warnings:
        data = WarningRaised(client_id=each.client_id, rulebook=each.rulebook, warning=each.reason, on=each.on)
        yield Happened(data, (str(each.id),), change.now, each.client_id, units.get(each.client_id))


def cleared(change: Change, warnings: Sequence[Raised], units: Mapping[str, str | None]) -> Iterator[Happened]:
    """The warnings that stand no longer."""
    for each in warnings:
        data = WarningCleared(client_id=each.client_id, rulebook=each.rulebook, warning=each.reason, on=each.on)
        yield Happened(data, (str(each.id),), change.now, each.client_id, units.get(each.client_id))
