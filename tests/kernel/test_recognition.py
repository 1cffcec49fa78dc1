"""Recognition: each rule by example, and what holds of every sequence of actions, hostile ones included."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple, get_args

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.kernel.cadence import Period
from app.kernel.recognition import (
    Action,
    Assess,
    Case,
    CastVote,
    Choice,
    Expire,
    File,
    Level,
    Majority,
    Opinion,
    Outcome,
    Overtake,
    RecognitionRules,
    Recusal,
    Recuse,
    Screened,
    State,
    Step,
    Vote,
    Withdraw,
)
from app.kernel.recognition_steps import nominate, transition
from app.kernel.workflow import Refusal

DAY = date(2026, 11, 23)
LIMITS: dict[Step, Period] = {
    "screening": Period(0, 5),
    "assessment": Period(1, 0),
    "vote": Period(0, 14),
    "filing": Period(0, 10),
}
RULES = RecognitionRules(2, ("brand", "innovation"), 3, "more_than_half", LIMITS)
NOMINATORS = frozenset({"nora", "niu"})
COMMITTEE = frozenset({"ma", "mei", "mo", "mu"})
SCORES = {"brand": 2, "innovation": 3}


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def nominated(level: Level = "bank_wide", rules: RecognitionRules = RULES) -> Case:
    case = nominate(rules, level, 3, NOMINATORS, DAY)
    assert isinstance(case, Case)
    return case


def after(case: Case, *actions: Action, rules: RecognitionRules = RULES, day: date = DAY) -> Case:
    """The case after actions that are all taken."""
    for action in actions:
        taken = transition(rules, case, action, day)
        assert isinstance(taken, Case), taken
        case = taken
    return case


def code(case: Case, action: Action, rules: RecognitionRules = RULES, day: date = DAY) -> str:
    """The code of the refusal."""
    refused = transition(rules, case, action, day)
    assert isinstance(refused, Refusal)
    return refused.code


def opinions(*experts: str) -> list[Action]:
    return [Assess(expert, SCORES, committee=COMMITTEE) for expert in experts]


def votes(**choices: Choice) -> list[Action]:
    return [CastVote(member, choice, "weak cash flow") for member, choice in choices.items()]


def in_assessment() -> Case:
    return after(nominated(), Screened(passed=True))


def in_vote(level: Level = "bank_wide", rules: RecognitionRules = RULES) -> Case:
    return after(nominated(level, rules), Screened(passed=True), *opinions("eva", "emil"), rules=rules)


# --- nomination and screening


def test_a_nomination_opens_the_screening_with_its_time_limit() -> None:
    assert nominated() == Case("bank_wide", 3, NOMINATORS, DAY, "screening", DAY, days(5))


def test_somebody_nominates() -> None:
    refused = nominate(RULES, "bank_wide", 3, (), DAY)
    assert isinstance(refused, Refusal)
    assert refused.code == "nominator_missing"


def test_a_client_that_fails_the_screening_is_refused_with_its_reasons() -> None:
    case = after(nominated(), Screened(passed=False, reasons=("overdue_30", "rating_below_a")), day=days(2))
    assert (case.state, case.reasons, case.since, case.due) == (
        "refused",
        ("overdue_30", "rating_below_a"),
        days(2),
        None,
    )


def test_a_screening_does_not_fail_without_a_reason() -> None:
    assert code(nominated(), Screened(passed=False)) == "reason_missing"


def test_a_client_that_passes_the_screening_is_assessed_within_a_limit_from_that_day() -> None:
    case = after(nominated(), Screened(passed=True), day=days(2))
    assert (case.state, case.since, case.due) == ("assessment", days(2), date(2026, 12, 25))


def test_where_no_expert_is_asked_the_vote_follows_the_screening() -> None:
    rules = replace(RULES, experts=0)
    case = after(nominated(), Screened(passed=True, committee=COMMITTEE), rules=rules)
    assert (case.state, case.committee) == ("vote", COMMITTEE)


# --- assessment


def test_an_opinion_is_kept_with_its_author_and_day() -> None:
    case = after(in_assessment(), Assess("eva", SCORES, "strong brand"), day=days(3))
    assert case.opinions == (Opinion("eva", SCORES, days(3), "strong brand"),)
    assert case.state == "assessment"


def test_an_opinion_that_is_given_does_not_change_with_the_hand_that_gave_it() -> None:
    scores = dict(SCORES)
    case = after(in_assessment(), Assess("eva", scores))
    scores["brand"] = 0
    assert case.opinions[0].scores == SCORES


def test_the_last_opinion_that_is_needed_opens_the_vote() -> None:
    case = after(in_assessment(), *opinions("eva", "emil"), day=days(7))
    assert (case.state, case.since, case.due) == ("vote", days(7), days(21))


@pytest.mark.parametrize("nominator", sorted(NOMINATORS))
def test_whoever_nominated_alone_or_jointly_does_not_assess(nominator: str) -> None:
    assert code(in_assessment(), Assess(nominator, SCORES)) == "is_nominator"


def test_an_expert_assesses_once() -> None:
    assert code(after(in_assessment(), *opinions("eva")), Assess("eva", SCORES)) == "assessed_already"


@pytest.mark.parametrize("scores", [{}, {"brand": 2}, {**SCORES, "growth": 1}, {"brand": 2, "growth": 1}])
def test_an_opinion_gives_exactly_the_facts_that_the_rules_name(scores: dict[str, int]) -> None:
    assert code(in_assessment(), Assess("eva", scores)) == "wrong_scores"


def test_an_opinion_is_told_which_facts_are_asked_for() -> None:
    refused = transition(RULES, in_assessment(), Assess("eva", {}), DAY)
    assert refused == Refusal("wrong_scores", "an opinion gives exactly these: brand, innovation")
    refused = transition(replace(RULES, scores=()), in_assessment(), Assess("eva", SCORES), DAY)
    assert refused == Refusal("wrong_scores", "an opinion gives exactly these: none")


# --- the committee


def test_the_committee_is_fixed_when_the_vote_opens_without_the_nominators() -> None:
    everybody = Assess("emil", SCORES, committee=COMMITTEE | NOMINATORS)
    assert after(in_assessment(), *opinions("eva"), everybody).committee == COMMITTEE


def test_a_vote_does_not_open_before_a_committee_that_cannot_reach_the_quorum() -> None:
    case = after(in_assessment(), *opinions("eva"))
    assert code(case, Assess("emil", SCORES, committee=NOMINATORS | {"ma", "mei"})) == "committee_too_small"
    assert after(case, Assess("emil", SCORES, committee=frozenset({"ma", "mei", "mo"}))).state == "vote"


def test_a_vote_needs_a_member_even_where_the_rules_ask_no_quorum() -> None:
    rules = replace(RULES, experts=0, quorum=0)
    assert code(nominated(), Screened(passed=True, committee=NOMINATORS), rules) == "committee_too_small"


@pytest.mark.parametrize("nominator", sorted(NOMINATORS))
def test_whoever_nominated_alone_or_jointly_does_not_vote(nominator: str) -> None:
    assert code(in_vote(), CastVote(nominator, "for")) == "is_nominator"


def test_only_members_vote() -> None:
    assert code(in_vote(), CastVote("eva", "for")) == "not_a_member"
    assert code(in_vote(), Recuse("eva", "a cousin")) == "not_a_member"


def test_a_vote_stands() -> None:
    case = after(in_vote(), CastVote("ma", "for"), day=days(1))
    assert case.votes == (Vote("ma", "for", "", days(1)),)
    assert code(case, CastVote("ma", "abstain"), day=days(1)) == "voted_already"
    assert code(case, Recuse("ma", "a cousin"), day=days(1)) == "voted_already"


def test_a_member_who_withholds_does_not_vote() -> None:
    case = after(in_vote(), Recuse("ma", "a cousin"))
    assert case.recusals == (Recusal("ma", "a cousin"),)
    assert code(case, CastVote("ma", "for")) == "recused_already"
    assert code(case, Recuse("ma", "a cousin")) == "recused_already"


def test_a_vote_against_and_a_recusal_need_a_reason() -> None:
    assert code(in_vote(), CastVote("ma", "against", " ")) == "reason_missing"
    assert code(in_vote(), Recuse("ma", "")) == "reason_missing"


# --- the tally

MOST: list[tuple[Majority, int, int, bool]] = [
    ("more_than_half", 1, 0, True),
    ("more_than_half", 2, 2, False),
    ("more_than_half", 3, 2, True),
    ("two_thirds", 2, 1, True),
    ("two_thirds", 3, 2, False),
    ("two_thirds", 4, 2, True),
    ("unanimous", 3, 0, True),
    ("unanimous", 5, 1, False),
    ("more_than_half", 0, 1, False),
    ("two_thirds", 0, 1, False),
    ("unanimous", 0, 1, False),
]


@pytest.mark.parametrize(("majority", "in_favour", "against", "carried"), MOST)
def test_the_majority_is_taken_exactly(majority: Majority, in_favour: int, against: int, carried: bool) -> None:  # noqa: FBT001  the case
    rules = replace(RULES, experts=0, quorum=1, majority=majority)
    cast: list[Action] = [CastVote(f"for_{at}", "for") for at in range(in_favour)]
    cast += [CastVote(f"against_{at}", "against", "too small") for at in range(against)]
    committee = frozenset(vote.person for vote in cast if isinstance(vote, CastVote))
    case = after(nominated(), Screened(passed=True, committee=committee), *cast, rules=rules)
    assert (case.state, case.reasons) == (("recognised", ()) if carried else ("refused", ("majority_not_reached",)))


def test_abstentions_count_for_the_quorum_and_not_for_the_majority() -> None:
    case = after(in_vote(), *votes(ma="for", mei="abstain", mo="abstain", mu="abstain"))
    assert (case.state, case.recognised_on) == ("recognised", DAY)


@pytest.mark.parametrize("majority", get_args(Majority))
def test_abstentions_alone_recognise_nobody(majority: Majority) -> None:
    rules = replace(RULES, majority=majority)
    case = after(in_vote(), *votes(ma="abstain", mei="abstain", mo="abstain", mu="abstain"), rules=rules)
    assert (case.state, case.reasons, case.recognised_on) == ("refused", ("only_abstentions",), None)


def test_nothing_is_decided_while_a_member_may_still_vote() -> None:
    assert after(in_vote(), *votes(ma="for", mei="for", mo="for")).state == "vote"


def test_with_the_last_member_who_withholds_the_vote_is_decided() -> None:
    case = after(in_vote(), *votes(ma="for", mei="for", mo="against"), Recuse("mu", "a cousin"))
    assert case.state == "recognised"


def test_a_vote_lapses_at_once_where_too_few_are_left_for_the_quorum() -> None:
    case = after(in_vote(), *votes(ma="for"), Recuse("mu", "a cousin"))
    assert case.state == "vote"
    case = after(case, Recuse("mo", "a shareholder"))
    assert (case.state, case.reasons, len(case.votes)) == ("lapsed", ("no_quorum",), 1)


# --- the end


def test_a_bank_wide_client_is_recognised_with_the_vote() -> None:
    case = after(in_vote(), *votes(ma="for", mei="for", mo="for", mu="against"), day=days(4))
    assert (case.state, case.recognised_on, case.due) == ("recognised", days(4), None)


def test_a_regional_client_is_recognised_while_its_directory_is_still_to_be_filed() -> None:
    case = after(in_vote("regional"), *votes(ma="for", mei="for", mo="for", mu="for"), day=days(4))
    assert (case.state, case.recognised_on, case.due) == ("filing", days(4), days(14))
    filed = after(case, File("bo"), day=days(9))
    assert (filed.state, filed.recognised_on, filed.since, filed.due) == ("recognised", days(4), days(9), None)


def test_a_filing_that_is_late_stays_open_and_is_never_undone() -> None:
    case = after(in_vote("regional"), *votes(ma="for", mei="for", mo="for", mu="for"))
    assert (case.overdue(days(10)), case.overdue(days(11))) == (False, True)
    assert code(case, Expire(), day=days(11)) == "wrong_state"
    assert code(case, Withdraw("nora", "sold"), day=days(11)) == "wrong_state"
    assert after(case, File("bo"), day=days(400)).recognised_on == DAY


@pytest.mark.parametrize("start", [nominated, in_assessment, in_vote])
def test_a_nominator_and_nobody_else_withdraws_before_the_decision(start: Callable[[], Case]) -> None:
    case = start()
    assert code(case, Withdraw("eva", "sold")) == "not_a_nominator"
    assert code(case, Withdraw("niu", "")) == "reason_missing"
    withdrawn = after(case, Withdraw("niu", "sold"), day=days(1))
    assert (withdrawn.state, withdrawn.reasons, withdrawn.due) == ("withdrawn", ("sold",), None)


@pytest.mark.parametrize("start", [nominated, in_assessment, in_vote])
def test_an_exit_takes_a_nomination_back_before_the_decision(start: Callable[[], Case]) -> None:
    overtaken = after(start(), Overtake("exit_proposed"), day=days(1))
    assert (overtaken.state, overtaken.reasons, overtaken.due) == ("withdrawn", ("exit_proposed",), None)


def test_an_exit_does_not_undo_a_recognition_that_is_still_to_be_filed() -> None:
    case = after(in_vote("regional"), *votes(ma="for", mei="for", mo="for", mu="for"))
    assert code(case, Overtake("exit_proposed")) == "wrong_state"


@pytest.mark.parametrize(("start", "last"), [(nominated, days(5)), (in_assessment, date(2026, 12, 23))])
def test_a_step_that_is_not_done_in_time_lapses_the_day_after(start: Callable[[], Case], last: date) -> None:
    case = start()
    assert code(case, Expire(), day=last) == "not_yet_due"
    lapsed = after(case, Expire(), day=last + timedelta(days=1))
    assert (lapsed.state, lapsed.reasons, lapsed.due) == ("lapsed", ("time_limit",), None)


def test_a_vote_ends_with_its_time_limit_and_counts_what_was_cast() -> None:
    case = after(in_vote(), *votes(ma="for", mei="for", mo="against"))
    assert code(case, Expire(), day=days(14)) == "not_yet_due"
    assert after(case, Expire(), day=days(15)).recognised_on == days(15)


def test_a_vote_that_ends_without_a_quorum_lapses() -> None:
    case = after(in_vote(), *votes(ma="for", mei="for"))
    lapsed = after(case, Expire(), day=days(15))
    assert (lapsed.state, lapsed.reasons) == ("lapsed", ("no_quorum",))


LATE: list[tuple[Callable[[], Case], Action]] = [
    (nominated, Screened(passed=True)),
    (in_assessment, Assess("eva", SCORES)),
    (in_vote, CastVote("ma", "for")),
    (in_vote, Recuse("ma", "a cousin")),
    (in_vote, Withdraw("nora", "sold")),
    (in_vote, Overtake("exit_proposed")),
]


@pytest.mark.parametrize(("start", "action"), LATE)
def test_after_the_time_limit_it_does_not_matter_how_soon_somebody_notices(
    start: Callable[[], Case], action: Action
) -> None:
    case = start()
    assert case.due
    assert not isinstance(transition(RULES, case, action, case.due), Refusal)
    assert code(case, action, day=case.due + timedelta(days=1)) == "too_late"


def test_nothing_happens_to_a_case_before_its_step_began() -> None:
    case = after(nominated(), Screened(passed=True), day=days(2))
    assert code(case, Assess("eva", SCORES), day=days(1)) == "dated_back"


# --- whatever is done, in whatever order

Draw = Callable[[st.SearchStrategy[Any]], Any]
PEOPLE = ["a", "b", "c", "d", "e", "f"]
FACTS = ("brand", "innovation")
CODES = {
    "wrong_state",
    "dated_back",
    "too_late",
    "not_yet_due",
    "reason_missing",
    "is_nominator",
    "assessed_already",
    "wrong_scores",
    "committee_too_small",
    "not_a_member",
    "recused_already",
    "voted_already",
    "not_a_nominator",
}
persons = st.sampled_from(PEOPLE)
reasons = st.sampled_from([*["for cause"] * 7, ""])
committees = st.sampled_from([frozenset(PEOPLE), frozenset(PEOPLE), frozenset("abcd"), frozenset("de")])
scores = st.one_of(
    st.just(dict.fromkeys(FACTS, 1)), st.dictionaries(st.sampled_from([*FACTS, "growth"]), st.integers(0, 3))
)
periods = st.builds(Period, st.integers(0, 1), st.integers(0, 20))
recognition_rules = st.builds(
    RecognitionRules,
    st.integers(0, 3),
    st.sampled_from([FACTS, FACTS, FACTS[:1], ()]),
    st.integers(0, 4),
    st.sampled_from(get_args(Majority)),
    st.fixed_dictionaries(dict.fromkeys(get_args(Step), periods)),
)
mostly = st.sampled_from([*[True] * 7, False])
choices = st.sampled_from(["for", "for", "against", "abstain"])
any_action: st.SearchStrategy[Action] = st.one_of(
    st.builds(Screened, mostly, st.tuples(reasons), committees),
    st.builds(Assess, persons, scores, reasons, committees),
    st.builds(CastVote, persons, choices, reasons),
    st.builds(Recuse, persons, reasons),
    st.builds(Withdraw, persons, reasons),
    st.builds(Overtake, st.just("exit_proposed")),
    st.builds(File, persons),
    st.just(Expire()),
)
moods = st.sampled_from([*["willing"] * 6, "anybody", "anything"])
later = st.sampled_from([*[0] * 20, 1, 1, 3, -1, 60])


def next_action(draw: Draw, rules: RecognitionRules, case: Case, day: date, mood: str) -> Action:
    """What the case waits for, done by whoever it waits for or else by anybody; at its end anything."""
    if mood == "anything" or case.due is None:
        anything: Action = draw(any_action)
        return anything
    if case.overdue(day) and case.state != "filing" and mood == "willing":
        return Expire()
    if case.state == "screening":
        return Screened(draw(mostly), ("no fit",), draw(committees))
    person = draw(st.sampled_from((mood == "willing" and sorted(waited_for(case))) or PEOPLE))
    if case.state == "assessment":
        return Assess(person, dict.fromkeys(rules.scores, 2), draw(reasons), draw(committees))
    if case.state == "vote":
        return CastVote(person, draw(choices), draw(reasons)) if draw(mostly) else Recuse(person, "a cousin")
    return File(person)


def waited_for(case: Case) -> set[str]:
    """Who may still speak."""
    if case.state == "vote":
        return set(case.voting).difference(vote.member for vote in case.votes)
    return set(PEOPLE) - case.nominators - {opinion.expert for opinion in case.opinions}


class Taken(NamedTuple):
    before: Case
    action: Action
    day: date
    after: Case | Refusal


class History(NamedTuple):
    rules: RecognitionRules
    taken: list[Taken]
    last: Case

    def accepted(self, *kinds: type) -> list[Any]:
        """The actions of these kinds that were not refused, in their order."""
        return [each.action for each in self.taken if isinstance(each.after, Case) and isinstance(each.action, kinds)]

    def cases(self) -> Iterator[Case]:
        yield from (each.before for each in self.taken)
        yield self.last


@st.composite
def histories(draw: Draw) -> History:
    rules, day = draw(recognition_rules), DAY
    case = nominate(
        rules, draw(st.sampled_from(get_args(Level))), 1, draw(st.sets(persons, min_size=1, max_size=3)), day
    )
    assert isinstance(case, Case)
    taken = []
    for mood in draw(st.lists(moods, min_size=12, max_size=20)):
        day += timedelta(days=draw(later))
        action = next_action(draw, rules, case, day, mood)
        result = transition(rules, case, action, day)
        taken.append(Taken(case, action, day, result))
        case = result if isinstance(result, Case) else case
        if case.due is None and draw(st.booleans()):
            break
    return History(rules, taken, case)


def carried(majority: Majority, cast: list[CastVote]) -> bool:
    """The majority worked out another way: by the share of those for among those who took a side."""
    sides = [vote.choice == "for" for vote in cast if vote.choice != "abstain"]
    share = Fraction(sum(sides), len(sides)) if sides else Fraction(0)
    return {
        "more_than_half": share > Fraction(1, 2),
        "two_thirds": share >= Fraction(2, 3),
        "unanimous": share == 1,
    }[majority]


def test_the_histories_below_reach_every_state() -> None:
    seen: set[State] = set()

    @settings(max_examples=300, database=None, derandomize=True, phases=[Phase.generate])
    @given(histories())
    def look(history: History) -> None:
        seen.update(case.state for case in history.cases())

    look()
    assert seen == {*get_args(Step), *get_args(Outcome)}


@given(histories())
def test_no_nominator_is_ever_among_the_experts_the_committee_or_the_voters(history: History) -> None:
    for case in history.cases():
        assert case.nominators.isdisjoint(opinion.expert for opinion in case.opinions)
        assert case.nominators.isdisjoint(case.committee)
        assert case.nominators.isdisjoint(vote.member for vote in case.votes)


@given(histories())
def test_no_opinion_vote_or_recusal_is_ever_lost_or_counted_twice(history: History) -> None:
    case = history.last
    taken = [(each.action, each.day) for each in history.taken if isinstance(each.after, Case)]
    assert case.opinions == tuple(
        Opinion(each.person, each.scores, day, each.remark) for each, day in taken if isinstance(each, Assess)
    )
    assert case.votes == tuple(
        Vote(each.person, each.choice, each.reason, day) for each, day in taken if isinstance(each, CastVote)
    )
    assert case.recusals == tuple(Recusal(each.person, each.reason) for each in history.accepted(Recuse))
    assert len({each.expert for each in case.opinions}) == len(case.opinions)
    heard = [each.member for each in case.votes] + [each.member for each in case.recusals]
    assert len(set(heard)) == len(heard)
    assert case.committee.issuperset(heard)


@given(histories())
def test_a_client_is_recognised_only_by_screening_experts_quorum_and_majority_together(history: History) -> None:
    if history.last.recognised_on is None:
        return
    rules, cast = history.rules, history.accepted(CastVote)
    assert [each.passed for each in history.accepted(Screened)] == [True]
    assert len({each.person for each in history.accepted(Assess)}) >= rules.experts
    assert len({each.person for each in cast}) >= rules.quorum
    assert carried(rules.majority, cast)


@given(histories())
def test_a_committee_that_did_not_recognise_lacked_the_quorum_or_the_majority(history: History) -> None:
    case, cast = history.last, history.accepted(CastVote)
    if case.reasons == ("no_quorum",):
        assert len(cast) < history.rules.quorum
    elif case.state == "refused" and case.committee:
        assert len(cast) >= history.rules.quorum
        assert not carried(history.rules.majority, cast)


@given(histories())
def test_a_day_of_recognition_stands_from_the_decision_on_and_in_no_other_case(history: History) -> None:
    for case in history.cases():
        assert (case.recognised_on is not None) == (case.state in {"filing", "recognised"})
    decided = {case.recognised_on for case in history.cases()} - {None}
    assert decided <= {history.last.recognised_on}


@given(histories())
def test_the_steps_follow_in_their_order(history: History) -> None:
    order = {Screened: 0, Assess: 1, CastVote: 2, Recuse: 2, File: 3}
    stages = [order[type(each)] for each in history.accepted(*order)]
    assert stages == sorted(stages)
    began = [case.since for case in history.cases()]
    assert began == sorted(began)


@given(histories())
def test_once_a_time_limit_is_over_only_its_end_or_a_late_filing_leads_on(history: History) -> None:
    for each in history.taken:
        if isinstance(each.after, Case) and each.before.due:
            late = each.day > each.before.due
            assert late or not isinstance(each.action, Expire)
            assert not late or isinstance(each.action, Expire | File)


@given(histories())
def test_a_final_state_takes_no_action(history: History) -> None:
    for each in history.taken:
        if each.before.state in get_args(Outcome):
            assert isinstance(each.after, Refusal)
            assert each.after.code == "wrong_state"
            assert each.before.due is None


@given(histories(), any_action, st.dates())
def test_on_any_day_any_action_is_taken_or_refused_the_same_way_each_time(
    history: History, action: Action, day: date
) -> None:
    before = deepcopy((history.rules, history.last, action))
    first = transition(history.rules, history.last, action, day)
    assert (history.rules, history.last, action) == before
    assert transition(*before, day) == first
    assert isinstance(first, Case) or first.code in CODES


@given(histories())
def test_from_wherever_a_case_is_work_alone_brings_it_to_an_end_in_time(history: History) -> None:
    """Without waiting for a time limit, and without withdrawing; each action that a step waits for is taken."""
    case, rules = history.last, history.rules
    most = 2 + rules.experts + len(PEOPLE) + 4
    for _ in range(most):
        if case.state in get_args(Outcome):
            break
        case = after(case, work(rules, case), rules=rules, day=case.since)
    assert case.state in get_args(Outcome)


def work(rules: RecognitionRules, case: Case) -> Action:
    """The next thing that the case waits for, done by somebody who may."""
    outsiders = [f"outsider_{at}" for at in range(4)]
    if case.state == "screening":
        return Screened(passed=True, committee=frozenset(outsiders))
    if case.state == "assessment":
        free = next(each for each in outsiders if each not in {opinion.expert for opinion in case.opinions})
        return Assess(free, dict.fromkeys(rules.scores, 1), committee=frozenset(outsiders))
    if case.state == "vote":
        return CastVote(min(case.voting.difference(vote.member for vote in case.votes)), "abstain")
    return File("bo")


# --- every case there is, in a small world

SMALL = ["n", "a", "b", "c"]
IN_TIME, TOO_LATE = DAY, days(1000)
WORLDS = [
    RecognitionRules(experts, (), quorum, majority, LIMITS)
    for experts, quorum, majority in product((0, 2), (1, 3), get_args(Majority))
]


def possible() -> Iterator[Action]:
    """Everything that anybody can do there."""
    yield from (Screened(passed, ("no fit",), frozenset(SMALL)) for passed in (True, False))
    for person in SMALL:
        yield Assess(person, {}, committee=frozenset(SMALL))
        yield from (CastVote(person, choice, "my view") for choice in get_args(Choice))
        yield from (Recuse(person, "a cousin"), Withdraw(person, "sold"))
    yield from (Overtake("exit_proposed"), File("n"), Expire())


ALL_ACTIONS = tuple(possible())
Place = tuple[object, ...]


def place(case: Case) -> Place:
    """The case apart from the order in which people spoke."""
    cast = frozenset((vote.member, vote.choice) for vote in case.votes)
    spoken = frozenset(opinion.expert for opinion in case.opinions)
    return (case.state, case.reasons, spoken, cast, case.voting, case.recognised_on)


def explored(rules: RecognitionRules, level: Level) -> tuple[dict[Place, Case], dict[Place, set[tuple[type, Place]]]]:
    """Every case that can be reached, and where each action leads from it."""
    start = nominate(rules, level, 1, {"n"}, DAY)
    assert isinstance(start, Case)
    cases, waiting = {place(start): start}, [start]
    ways: dict[Place, set[tuple[type, Place]]] = {}
    while waiting:
        case = waiting.pop()
        ways[place(case)] = set()
        for action, day in product(ALL_ACTIONS, (max(case.since, IN_TIME), TOO_LATE)):
            then = transition(rules, case, action, day)
            if isinstance(then, Case):
                ways[place(case)].add((type(action), place(then)))
                if place(then) not in cases:
                    cases[place(then)] = then
                    waiting.append(then)
    return cases, ways


def ending(cases: dict[Place, Case], ways: dict[Place, set[tuple[type, Place]]], kinds: set[type]) -> list[set[Place]]:
    """Whence an end can be reached by actions of these kinds: in no step, in at most one, in at most two, …"""
    rings = [{at for at, case in cases.items() if case.state in get_args(Outcome)}]
    while True:
        further = {at for at in cases if any(kind in kinds and to in rings[-1] for kind, to in ways[at])}
        if further <= rings[-1]:
            return rings
        rings.append(rings[-1] | further)


@pytest.mark.parametrize("level", get_args(Level))
@pytest.mark.parametrize("rules", WORLDS, ids=lambda rules: f"{rules.experts}-{rules.quorum}-{rules.majority}")
def test_no_case_that_can_be_reached_is_a_dead_end(rules: RecognitionRules, level: Level) -> None:
    cases, ways = explored(rules, level)
    final = {at for at, case in cases.items() if case.state in get_args(Outcome)}
    assert {case.state for case in cases.values()} >= {
        "screening",
        "vote",
        "recognised",
        "refused",
        "withdrawn",
        "lapsed",
    }
    assert all(not ways[at] for at in final)
    assert all(ways[at] for at in cases.keys() - final)
    quickest: list[tuple[set[type], int]] = [
        ({Screened, Assess, CastVote, File}, 1 + rules.experts + len(SMALL) - 1 + 1),
        ({Withdraw, File}, 1),
        ({Overtake, File}, 1),
        ({Expire, File}, 2),
    ]
    for kinds, most in quickest:
        rings = ending(cases, ways, kinds)
        assert rings[-1] == cases.keys()
        assert len(rings) - 1 <= most


@pytest.mark.parametrize("rules", WORLDS, ids=lambda rules: f"{rules.experts}-{rules.quorum}-{rules.majority}")
def test_in_no_case_that_can_be_reached_has_a_nominator_a_say(rules: RecognitionRules) -> None:
    cases, _ = explored(rules, "regional")
    for case in cases.values():
        speakers = {each.expert for each in case.opinions} | {each.member for each in case.votes} | case.committee
        assert "n" not in speakers
        assert case.recognised_on is None or carried(rules.majority, [CastVote(v.member, v.choice) for v in case.votes])
