"""What is done when something falls due, by its kind: what the sweep hands over to whom."""

from collections.abc import Mapping, Sequence

from app.coverage.checkpoints import COVERAGE, Checkpoints
from app.coverage.occasions.falling_due import OCCASION, occasions_due
from app.coverage.upkeep import Upkeep
from app.due.handling import Handler
from app.publications.announcing import PILOT, pilots_due
from app.recognition.announcing import RECOGNITION
from app.recognition.falling_due import Limits
from app.reviews.falling_due import review_falls_due
from app.reviews.planning import KIND as REVIEW
from app.standing.deadlines import OVERRIDE, PLAN
from app.standing.falling_due import overrides_due, plans_due
from app.standing.judges import Judges
from app.standing.settled import Follower
from app.standing.staleness import FACTS, facts_due


def handlers(judges: Judges, followers: Sequence[Follower], upkeep: Upkeep) -> Mapping[str, Handler]:
    """The handlers, by kind; `upkeep` looks after coverage."""
    return {
        REVIEW: review_falls_due,
        PLAN: plans_due,
        OVERRIDE: overrides_due,
        RECOGNITION: Limits(judges, followers),
        PILOT: pilots_due,
        FACTS: facts_due,
        COVERAGE: Checkpoints(upkeep.look),
        OCCASION: occasions_due,
    }
