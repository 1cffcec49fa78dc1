"""The way of a recognition from nomination to its end, step by step (domain.md A4, B4, B6, B7)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from app.kernel.recognition import (
    Action,
    Assess,
    Case,
    CastVote,
    Expire,
    File,
    Level,
    Opinion,
    Overtake,
    RecognitionRules,
    Recuse,
    Screened,
    State,
    Withdraw,
)
from app.kernel.recognition_vote import cast_vote, decide, open_vote, recuse
from app.kernel.workflow import Person, Refusal, past, unreasoned, untimely

_FITTING: Final[Mapping[type, tuple[State, ...]]] = {
    Screened: ("screening",),
    Assess: ("assessment",),
    Recuse: ("vote",),
    CastVote: ("vote",),
    Withdraw: ("screening", "assessment", "vote"),
    Overtake: ("screening", "assessment", "vote"),
    File: ("filing",),
    Expire: ("screening", "assessment", "vote"),
}


def nominate(
    rules: RecognitionRules, level: Level, tier: int, nominators: Collection[Person], day: date
) -> Case | Refusal:
    """A new case, to be screened: one person nominates, or several jointly (B4)."""
    if not nominators:
        return Refusal("nominator_missing", "somebody nominates the client")
    due = rules.limits["screening"].after(day)
    return Case(level, tier, frozenset(nominators), day, "screening", day, due)


def transition(rules: RecognitionRules, case: Case, action: Action, today: date) -> Case | Refusal:
    """The case after the action. `rules` are those the client was nominated under.

    Once a time limit is over only `Expire` leads on, so that it does not matter how soon somebody
    notices. A filing has no such end: it may be late.
    """
    refusal = untimely(case.state, _FITTING[type(action)], case.since, today) or _late(case, action, today)
    return refusal or _taken(rules, case, action, today)


def _taken(rules: RecognitionRules, case: Case, action: Action, today: date) -> Case | Refusal:  # noqa: PLR0911  one action, one return
    match action:
        case Screened():
            return _screened(rules, case, action, today)
        case Assess():
            return _assessed(rules, case, action, today)
        case Recuse():
            return recuse(rules, case, action, today)
        case CastVote():
            return cast_vote(rules, case, action, today)
        case Withdraw():
            return _withdrawn(case, action, today)
        case Overtake():
            return case.closed("withdrawn", today, action.reason)
        case File():
            return case.closed("recognised", today)
        case Expire():
            return _expired(rules, case, today)


def _late(case: Case, action: Action, today: date) -> Refusal | None:
    if isinstance(action, Expire | File) or not past(case.due, today):
        return None
    return Refusal("too_late", f"the time limit of the {case.state} ended on {case.due}")


def _screened(rules: RecognitionRules, case: Case, action: Screened, today: date) -> Case | Refusal:
    if not action.passed:
        return unreasoned(action.reasons) or case.closed("refused", today, *action.reasons)
    if rules.experts:
        return case.opened("assessment", rules, today)
    return open_vote(rules, case, action.committee, today)


def _assessed(rules: RecognitionRules, case: Case, action: Assess, today: date) -> Case | Refusal:
    if refusal := _not_an_expert(case, action.person) or _incomplete(rules, action):
        return refusal
    opinion = Opinion(action.person, dict(action.scores), today, action.remark)
    assessed = replace(case, opinions=(*case.opinions, opinion))
    if len(assessed.opinions) < rules.experts:
        return assessed
    return open_vote(rules, assessed, action.committee, today)


def _not_an_expert(case: Case, person: Person) -> Refusal | None:
    if person in case.nominators:
        return Refusal("is_nominator", "whoever nominated the client does not assess it")
    if any(opinion.expert == person for opinion in case.opinions):
        return Refusal("assessed_already", "this expert has given an opinion: it stands")
    return None


def _incomplete(rules: RecognitionRules, action: Assess) -> Refusal | None:
    if action.scores.keys() == set(rules.scores):
        return None
    return Refusal("wrong_scores", f"an opinion gives exactly these: {', '.join(rules.scores) or 'none'}")


def _withdrawn(case: Case, action: Withdraw, today: date) -> Case | Refusal:
    if action.person not in case.nominators:
        return Refusal("not_a_nominator", "only whoever nominated the client takes that back")
    return unreasoned([action.reason]) or case.closed("withdrawn", today, action.reason)


def _expired(rules: RecognitionRules, case: Case, today: date) -> Case | Refusal:
    if not past(case.due, today):
        return Refusal("not_yet_due", f"the {case.state} has time until {case.due}")
    return decide(rules, case, today) if case.state == "vote" else case.closed("lapsed", today, "time_limit")
