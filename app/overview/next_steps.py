"""What is to be done next about a client, from what stands open: the shortest answer to "and now?"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.clients.fact_schemas import FactOnDay
from app.exits.schemas import ExitDetail
from app.recognition.schemas import Nomination
from app.standing.plan_schemas import PlanDetail
from app.standing.schemas import MoveStep, StandingDetail
from app.standing.warning_schemas import WarningDetail


@dataclass(frozen=True, slots=True)
class NextStep:
    """A thing to do, by when and by whom where that is known; `about` is a rulebook, fact, tier or reason, or empty."""

    code: str
    about: str
    due: date | None = None
    who: str | None = None


LABELS: Final[dict[str, tuple[str, str]]] = {
    "open_plan": ("Open the improvement plan", "制定改善计划"),
    "meet_plan": ("Carry out the improvement plan", "落实改善计划"),
    "acknowledge_warning": ("See to the warning", "处理预警"),
    "nominate": ("Nominate: it earns a higher tier", "推荐：已达到更高层级标准"),
    "give_opinion": ("Give an expert's opinion on the nomination", "专家评估推荐客户"),
    "vote": ("Vote on the nomination", "委员会表决"),
    "file_nomination": ("File the recognition with head office", "报总行备案"),
    "confirm_exit": ("Confirm the exit, or cancel it", "确认或撤销退出"),
    "do_exit_step": ("Carry out the step of the exit", "办理退出步骤"),
    "refresh_fact": ("Bring the fact up to date", "更新过期指标"),
    "find_contact": ("Find a contact that works", "补充有效联系方式"),
    "review": ("Review the client", "复核客户"),
    "assess": ("Assess the client", "评估客户"),
    "name_owner": ("Name an owner", "确定管户人"),
}

_WAITS_FOR: Final = {"assessment": "give_opinion", "filing": "file_nomination"}


@dataclass(frozen=True, slots=True)
class Open:
    """What stands open about a client."""

    today: date
    standings: Sequence[StandingDetail]
    awaiting: Sequence[MoveStep]
    warnings: Sequence[WarningDetail]
    plans: Sequence[PlanDetail]
    nominations: Sequence[Nomination] = ()
    exits: Sequence[ExitDetail] = ()
    facts: dict[str, FactOnDay] = field(default_factory=dict)
    reviews: dict[str, date] = field(default_factory=dict)
    reachable: bool = True
    owner: str | None = None


def next_steps(found: Open) -> list[NextStep]:
    """What to do, what is due soonest first, what has no day last."""
    steps = [*_of_standing(found), *_of_nominations(found), *_of_exits(found), *_of_facts(found), *_of_people(found)]
    return sorted(steps, key=lambda each: (each.due is None, each.due or found.today, each.code, each.about))


def _of_standing(found: Open) -> Iterator[NextStep]:
    for plan in found.plans:
        opened = plan.state == "open"
        due = plan.deadline if opened else plan.open_by
        yield NextStep("meet_plan" if opened else "open_plan", plan.rulebook, due, plan.owner or found.owner)
    for warning in found.warnings:
        if warning.acknowledged_by is None:
            yield NextStep("acknowledge_warning", warning.reason, who=found.owner)
    for awaiting in found.awaiting:
        yield NextStep("nominate", awaiting.after or "", who=found.owner)
    for rulebook, due in found.reviews.items():
        yield NextStep("review", rulebook, due)
    if not found.standings:
        yield NextStep("assess", "", who=found.owner)


def _of_nominations(found: Open) -> Iterator[NextStep]:
    """What each waits for; a vote for every member whose voice is missing."""
    for each in found.nominations:
        if each.state == "vote":
            yield from (NextStep("vote", each.tier, each.due, member) for member in each.awaiting)
        elif each.state in _WAITS_FOR:
            yield NextStep(_WAITS_FOR[each.state], each.tier, each.due)


def _of_exits(found: Open) -> Iterator[NextStep]:
    for each in found.exits:
        if each.state == "proposed":
            yield NextStep("confirm_exit", each.rulebook.name)
        yield from (NextStep("do_exit_step", step.step, step.due, step.owner) for step in each.steps or () if step.due)


def _of_facts(found: Open) -> Iterator[NextStep]:
    for name, fact in found.facts.items():
        if fact.stale:
            yield NextStep("refresh_fact", name, who=found.owner)


def _of_people(found: Open) -> Iterator[NextStep]:
    if not found.reachable:
        yield NextStep("find_contact", "", who=found.owner)
    if found.owner is None:
        yield NextStep("name_owner", "")
