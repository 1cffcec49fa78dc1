"""What the view of a client looks like over the wire."""

from typing import Literal

from pydantic import Field

from app.clients.fact_schemas import FactOnDay
from app.clients.schemas import ClientDetail
from app.clients.team_schemas import TeamDetail
from app.http.types import Day, Wire
from app.rulebooks.schemas import BilingualText
from app.standing.override_schemas import OverrideDetail
from app.standing.plan_schemas import PlanDetail
from app.standing.schemas import MoveDetail, StandingDetail
from app.standing.warning_schemas import WarningDetail


class TrendPoint(Wire):
    """A value of one day."""

    as_of: Day
    value: str


class TrendDetail(Wire):
    """How a fact moved over a period; no points where nothing was recorded."""

    fact: str
    since: Day
    points: list[TrendPoint]
    change: str | None
    change_ratio: str | None = Field(description="Of the first value; null where that is zero, or there is one value.")


class OwedDetail(Wire):
    """What a role owes the client, as `GET /v1/obligations` counts it: by the tier that the client holds."""

    rulebook: str
    tier: str | None
    role: str
    at_least: int
    per: str
    counts: list[str]
    since: Day


class NextStepDetail(Wire):
    """A thing to do, by when and by whom where that is known."""

    code: Literal[
        "open_plan",
        "meet_plan",
        "acknowledge_warning",
        "nominate",
        "give_opinion",
        "vote",
        "file_nomination",
        "confirm_exit",
        "do_exit_step",
        "refresh_fact",
        "find_contact",
        "review",
        "assess",
        "name_owner",
    ]
    label: BilingualText
    about: str = Field(description="The rulebook, fact, tier or reason that it is about.")
    due: Day | None
    who: str | None = Field(description="The officer whose it is, by staff number.")


class Overview(Wire):
    """A client at a glance (360° 视图)."""

    client: ClientDetail
    as_of: Day
    facts: dict[str, FactOnDay]
    standings: list[StandingDetail]
    moves: list[MoveDetail] = Field(description="The latest steps of its movement.")
    warnings: list[WarningDetail] = Field(description="Those that stand.")
    plans: list[PlanDetail] = Field(description="Those that are due or open.")
    overrides: list[OverrideDetail] = Field(description="Those in force, and those proposed.")
    owed: list[OwedDetail] = Field(description="The visits that are owed now, rule by rule.")
    team: TeamDetail
    contribution: TrendDetail = Field(description="Contribution to the bank over the last quarter.")
    trend: TrendDetail = Field(description="Deposits over the last year.")
    next_steps: list[NextStepDetail]
