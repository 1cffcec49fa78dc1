"""What is proposed, and whether it fits the client and the rulebook (domain.md B2, B3, B5)."""

from dataclasses import dataclass
from typing import NoReturn

from app.clients.categories import LEVEL_OF, Level
from app.clients.reading import ClientRow
from app.errors import FieldError
from app.kernel.tier import Tiers
from app.recognition.refusals import InvalidNomination


@dataclass(frozen=True, slots=True)
class Proposal:
    """Under which rulebook, on which level and of which category, to which tier (None: what it earns), with whom, why.

    `category` may be left out where the client's profile has one.
    """

    rulebook: str
    level: Level
    category: str | None
    tier: str | None
    joint_with: tuple[str, ...]
    reason: str


def rank_asked(tiers: Tiers, proposal: Proposal) -> int | None:
    """The rank of the tier that is proposed; raises InvalidNomination for one that is none, or needs no recognition."""
    if proposal.tier is None:
        return None
    if proposal.tier not in tiers.labels:
        _unfit("/tier", "unknown_tier", f"is no tier of {proposal.rulebook}")
    rank = tiers.labels.index(proposal.tier)
    if rank <= tiers.otherwise:
        _unfit("/tier", "nothing_above", "is what every client has")
    return rank


def category_of(client: ClientRow, proposal: Proposal) -> str:
    """The category that the client is nominated in; raises InvalidNomination where that, or the level, does not fit."""
    if client.level not in {None, proposal.level}:
        _unfit("/level", "client_of_other_level", f"the client's profile says {client.level}")
    if None not in {client.category, proposal.category} and client.category != proposal.category:
        _unfit("/category", "client_of_other_category", f"the client's profile says {client.category}")
    category = proposal.category or client.category
    if category is None:
        _unfit("/category", "category_needed", "is needed: the client's profile has none")
    if category not in LEVEL_OF:
        _unfit("/category", "no_such_category", "no such category: see GET /v1/clients/categories")
    if LEVEL_OF[category] != proposal.level:
        _unfit("/category", "category_of_other_level", f"belongs to the level {LEVEL_OF[category]}")
    return category


def _unfit(pointer: str, code: str, detail: str) -> NoReturn:
    raise InvalidNomination(f"{pointer} {detail}", errors=[FieldError(pointer=pointer, code=code, detail=detail)])
