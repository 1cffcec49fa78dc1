"""Cases come back from the database as they went in, whatever happened to them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.cadence import Period
from app.kernel.recognition import Assess, Case, CastVote, Expire, File, Level, RecognitionRules, Recuse, Screened
from app.kernel.recognition_steps import nominate, transition
from app.recognition.stored import awaited, case_json, case_of
from app.rulebooks.check import load_sound
from tests.recognition.at_work import BOOK, TODAY

RULEBOOK = load_sound(BOOK).rulebook
PEOPLE = st.sampled_from(["a", "b", "c", "d", "e"])
SCORES = st.fixed_dictionaries({"brand": st.integers(0, 2), "innovation": st.integers(0, 2)})
COMMITTEE = frozenset("bcde")
ACTIONS = st.one_of(
    st.builds(Screened, st.booleans(), st.just(("no_tier_earned",)), st.just(COMMITTEE)),
    st.builds(Assess, PEOPLE, SCORES, st.just("a remark"), st.just(COMMITTEE)),
    st.builds(CastVote, PEOPLE, st.sampled_from(["for", "against", "abstain"]), st.just("因为")),
    st.builds(Recuse, PEOPLE, st.just("a cousin")),
    st.builds(File, PEOPLE),
    st.just(Expire()),
)
RULES = RecognitionRules(
    1,
    ("brand", "innovation"),
    1,
    "more_than_half",
    dict.fromkeys(["screening", "assessment", "vote", "filing"], Period(0, 5)),
)


@given(st.sampled_from(["bank_wide", "regional"]), st.integers(0, 3), st.lists(ACTIONS, max_size=8))
def test_a_case_is_read_as_it_was_written(level: Level, tier: int, actions: list) -> None:
    case = nominate(RULES, level, tier, {"a"}, TODAY)
    assert isinstance(case, Case)
    for action in [Screened(passed=True), *actions]:
        taken = transition(RULES, case, action, TODAY)
        case = taken if isinstance(taken, Case) else case
        assert case_of(json.loads(json.dumps(case_json(case, RULEBOOK))), RULEBOOK) == case
        assert set(awaited(case)) == (
            case.voting - {each.member for each in case.votes} if case.state == "vote" else set()
        )
