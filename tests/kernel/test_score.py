"""One client decided: what is missing, who is refused, whom the rulebook is for."""

from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.cadence import Period
from app.kernel.classification import Bands, Choose, Classification, Fixed, Options, Worst
from app.kernel.condition import OneOf, Within
from app.kernel.decision import Decision, NotApplicable, Refusal, Standing
from app.kernel.fact import Fact
from app.kernel.obligation import ObligationRule
from app.kernel.rulebook import ReviewCadence, Rulebook, Trigger
from app.kernel.score import Scorer
from app.kernel.tier import TierRule, Tiers
from tests.generated import clients, rulebooks

ENTERPRISE, INSTITUTION, RETAIL = range(3)
FACTS = {
    "kind": Fact("kind", "choice", 0, 2, "refuse", "neither", ("enterprise", "institution", "retail")),
    "level": Fact("level", "choice", 0, 1, "refuse", "neither", ("township", "province")),
    "assets": Fact("assets", "money", 0, 10**17, "worst"),
    "staff": Fact("staff", "count", 0, 10**15, "worst"),
    "overdue": Fact("overdue", "count", 0, 9999, "worst", "lower"),
    "deposits": Fact("deposits", "money", 0, 10**17, "zero"),
}
SIZE = Choose(
    ((OneOf("kind", frozenset({INSTITUTION})), Options("level", (0, 1))),),
    Worst((Bands("assets", (100,), (0, 1)), Bands("staff", (20,), (0, 1)))),
)
LARGE = OneOf("size", frozenset({1}))
BOOK = Rulebook(
    "sizes",
    FACTS,
    applies_to=OneOf("kind", frozenset({ENTERPRISE, INSTITUTION})),
    classifications=(Classification("size", ("small", "large"), SIZE),),
    obligations=(ObligationRule("manager", LARGE, 2, "month", ("visit",)),),
    reviews=ReviewCadence("size", (None, Period(3, 0))),
    warnings=(Trigger(Within("overdue", 1, None, ()), "overdue"),),
    exits=(Trigger(Within("overdue", 90, None, ()), "overdue_90"),),
)
SCORER = Scorer(BOOK)
KNOWN = {"kind": ENTERPRISE, "assets": 100, "staff": 20, "overdue": 0, "deposits": 5}


def decided(**facts: int) -> Decision:
    outcome = SCORER.decide(facts)
    assert isinstance(outcome, Decision)
    return outcome


def without(name: str) -> dict[str, int]:
    return {fact: value for fact, value in KNOWN.items() if fact != name}


def test_a_large_client_is_owed_visits_and_reviews() -> None:
    large, small = decided(**KNOWN), decided(**KNOWN | {"staff": 19})
    assert [(each.name, each.rank) for each in large.classifications] == [("size", 1)]
    assert [each.at_least for each in large.obligations] == [2]
    assert (large.review, small.review, small.obligations) == (Period(3, 0), None, ())


@pytest.mark.parametrize(
    ("overdue", "warnings", "exits"), [(0, [], []), (1, ["overdue"], []), (90, ["overdue"], ["overdue_90"])]
)
def test_warnings_and_exits_are_told_with_their_reasons(overdue: int, warnings: list[str], exits: list[str]) -> None:
    outcome = decided(**KNOWN | {"overdue": overdue})
    assert ([each.reason for each in outcome.warnings], [each.reason for each in outcome.exits]) == (warnings, exits)


def test_with_every_fact_that_is_read_nothing_is_missing() -> None:
    assert (decided(**KNOWN).missing, decided(**KNOWN).complete) == ((), True)


def test_a_missing_fact_counts_as_the_worst_and_leaves_the_decision_incomplete() -> None:
    outcome = decided(**without("overdue"))
    assert [(each.name, each.counted) for each in outcome.missing] == [("overdue", 9999)]
    assert [each.reason for each in outcome.exits] == ["overdue_90"]
    assert not outcome.complete


def test_a_fact_in_a_branch_not_taken_is_not_missing() -> None:
    enterprise = decided(**KNOWN)  # its level was not asked for
    institution = decided(kind=INSTITUTION, level=1, overdue=0)  # neither its assets nor its staff
    assert (enterprise.missing, institution.missing) == ((), ())
    assert institution.complete


def test_a_fact_that_no_rule_reads_is_never_missing() -> None:
    assert decided(**without("deposits")).missing == ()


def test_a_client_is_refused_for_a_fact_that_may_not_be_missing_and_is_read() -> None:
    assert SCORER.decide({"kind": INSTITUTION, "overdue": 0}) == Refusal(("level",))


def test_a_rulebook_is_not_for_everyone() -> None:
    assert SCORER.decide(KNOWN | {"kind": RETAIL}) == NotApplicable(())
    assert SCORER.decide(without("kind")) == NotApplicable(("kind",))


def test_a_fact_that_counts_as_zero_leaves_the_decision_complete() -> None:
    book = Rulebook(
        "deposits", FACTS, classifications=(Classification("by", ("a", "b"), Bands("deposits", (1,), (0, 1))),)
    )
    outcome = Scorer(book).decide({})
    assert isinstance(outcome, Decision)
    assert [(each.name, each.counted) for each in outcome.missing] == [("deposits", 0)]
    assert outcome.complete


def test_the_tier_may_decide_what_is_owed_and_the_standing_alone_counts_where_nothing_is_scored() -> None:
    tiers = Tiers(("none", "key"), (TierRule(1, (), (), LARGE),), 0)
    key = OneOf("tier", frozenset({1}))
    book = Rulebook(
        "tiers", FACTS, classifications=BOOK.classifications, tiers=tiers,
        obligations=(ObligationRule("director", key, 1, "quarter", ("visit",)),),
    )  # fmt: skip
    outcome = Scorer(book).decide(KNOWN, Standing(0))
    assert isinstance(outcome, Decision)
    assert outcome.tier is not None
    assert (outcome.tier.rank, [each.role for each in outcome.obligations]) == (1, ["director"])


def test_a_rulebook_without_rules_decides_nothing() -> None:
    outcome = Scorer(Rulebook("empty", {})).decide({})
    assert outcome == Decision({}, (), None, None, (), None, (), (), (), (), complete=True)


def test_a_fixed_class_reads_no_fact() -> None:
    book = Rulebook("fixed", FACTS, classifications=(Classification("by", ("a",), Fixed(0)),))
    outcome = Scorer(book).decide({})
    assert isinstance(outcome, Decision)
    assert outcome.missing == ()


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_deciding_twice_gives_the_same_and_changes_nothing(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    client = data.draw(clients(book))
    scorer = Scorer(book)
    read_only = MappingProxyType(client)
    first = scorer.decide(read_only)
    assert scorer.decide(read_only) == first
    assert Scorer(book).decide(dict(reversed(client.items()))) == first
    if isinstance(first, Decision):
        assert {name: first.env[name] for name in client} == client


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_a_missing_fact_decides_as_the_value_it_is_said_to_count_as(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    client = data.draw(clients(book))
    scorer = Scorer(book)
    outcome = scorer.decide(client)
    if isinstance(outcome, Decision):
        counted = {each.name: each.counted for each in outcome.missing}
        assert not counted.keys() & client.keys()
        given_all = scorer.decide(client | counted)
        assert isinstance(given_all, Decision)
        assert (given_all.env, given_all.missing) == (outcome.env, ())
