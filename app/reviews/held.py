"""How often a client is to be reviewed, by what it holds after a decision (domain.md A10).

By its tier: the one that it holds, which the rules move. A ceiling or a tier that was set by hand shows in place of it
and is no other cadence. Who has left is not reviewed.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.kernel.cadence import parse_period
from app.kernel.review_cycle import Cadence, Notices
from app.kernel.rulebook import Rulebook
from app.standing.held import Standing
from app.standing.settled import Settled


@dataclass(frozen=True, slots=True)
class Held:
    """What an assessment says of a client's reviews: `cadence` is None where it is not reviewed.

    `since` is the day from which they are counted where none was planned yet; `review` names the review that the
    assessment counts as, None where it was one between reviews.
    """

    client_id: str
    rulebook: str
    version: int
    unit: str | None
    tier_before: str | None
    tier: str | None
    cadence: Cadence | None
    notices: Notices
    since: date
    assessment_id: UUID | None
    review: str | None

    @property
    def key(self) -> tuple[str, str]:
        """Whose reviews, under which rulebook."""
        return self.client_id, self.rulebook


def held(settled: Settled) -> Held:
    """What a decision says of the reviews to come."""
    book, standing, before = settled.published.sound.rulebook, settled.verdict.standing, settled.grounds.standing
    reviews = book.reviews
    return Held(
        client_id=settled.client_id,
        rulebook=settled.published.name,
        version=settled.published.number,
        unit=settled.unit,
        tier_before=before.tier if before else None,
        tier=standing.tier if standing else None,
        cadence=cadence_of(book, standing, settled.verdict.outcome["review"]),
        notices=reviews.notices if reviews else Notices(),
        since=standing.since if standing else settled.grounds.as_of,
        assessment_id=settled.id,
        review=settled.review,
    )


def cadence_of(book: Rulebook, standing: Standing | None, said: str | None) -> Cadence | None:
    """How often who stands there is reviewed; `said` is the period that the decision has, where no tier picks it."""
    reviews = book.reviews
    if reviews is None or (standing is not None and standing.exited_on is not None):
        return None
    if reviews.by == "tier" and book.tiers is not None and standing is not None:
        every = reviews.every[book.tiers.labels.index(standing.tier)]
    else:
        every = parse_period(said) if said else None
    return None if every is None else Cadence(every, reviews.full_every)
