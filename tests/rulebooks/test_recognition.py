"""Movement, recognition and exits as a rulebook writes them, and versions that were published before it could."""

import pytest

from app.kernel.cadence import Period
from app.kernel.exit_process import ExitStep
from app.kernel.recognition import RecognitionRules
from app.kernel.rulebook import UNWRITTEN_RECOGNITION, Rulebook
from app.kernel.tier import MovementRules, PlanTerms
from app.rulebooks.check import check, load_sound
from app.rulebooks.problem import Code
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, checked, codes, edited

MOVEMENT = WEIGHTED[WEIGHTED.index("  movement:\n") : WEIGHTED.index("recognition:\n")]
RECOGNITION = WEIGHTED[WEIGHTED.index("recognition:\n") : WEIGHTED.index("coverage:")]
EXITS = WEIGHTED[WEIGHTED.index("exits:\n") : WEIGHTED.index("exit_process:")]
NEEDS = "    promotion: {needs: recognition}\n"
DEMOTION = "    demotion: {after_reviews: 2, plan: {open_within: P30D, runs: P3M}}\n"


def compiled(*edits: Edit) -> Rulebook:
    sound = checked(WEIGHTED, *edits).sound
    assert sound is not None
    return sound.rulebook


def movement(*edits: Edit) -> MovementRules | None:
    tiers = compiled(*edits).tiers
    assert tiers is not None
    return tiers.movement


def test_movement_is_read_with_its_plan() -> None:
    assert movement() == MovementRules(True, 2, PlanTerms(Period(0, 30), Period(3, 0), 0))
    extended = movement(Edit("runs: P3M}", "runs: P3M, extensions: 2}"))
    assert extended == MovementRules(True, 2, PlanTerms(Period(0, 30), Period(3, 0), 2))


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        (
            [Edit("needs: recognition", "needs: nothing")],
            MovementRules(False, 2, PlanTerms(Period(0, 30), Period(3, 0), 0)),
        ),
        ([Edit(NEEDS, "")], MovementRules(False, 2, PlanTerms(Period(0, 30), Period(3, 0), 0))),
        ([Edit(", plan: {open_within: P30D, runs: P3M}", "")], MovementRules(True, 2, None)),
        ([Edit(DEMOTION, "")], MovementRules(True, 1, None)),
        ([Edit(MOVEMENT, "")], None),
    ],
)
def test_what_movement_leaves_unsaid_is_asked_of_nobody(edits: list[Edit], rules: MovementRules | None) -> None:
    assert movement(*edits) == rules


def test_recognition_is_read_with_its_limits() -> None:
    assert compiled().recognition == RecognitionRules(
        experts=2,
        scores=("rating", "growth"),
        quorum=3,
        majority="more_than_half",
        limits={
            "screening": Period(0, 5),
            "assessment": Period(0, 20),
            "vote": Period(0, 30),
            "filing": Period(0, 10),
        },
    )


def test_the_steps_of_an_exit_are_read_in_their_order() -> None:
    assert compiled().exit_steps == (
        ExitStep("notify", "manager", Period(0, 10)),
        ExitStep("hand_over", "manager", Period(1, 0)),
    )


def test_a_rulebook_without_tiers_recognises_nobody_and_need_not_say_how_clients_leave() -> None:
    book = load_sound(SUMMED).rulebook

    assert (book.recognition, book.exit_steps) == (None, ())


def test_a_draft_must_say_how_a_client_is_recognised_where_a_promotion_needs_that() -> None:
    assert codes(checked(WEIGHTED, Edit(RECOGNITION, ""))) == [Code.RECOGNITION_MISSING]
    assert checked(WEIGHTED, Edit(RECOGNITION, ""), Edit("needs: recognition", "needs: nothing")).sound


def test_a_version_that_was_published_before_that_was_asked_still_loads() -> None:
    """Recognised by one vote without experts, a month for each step: the least that its words ask for."""
    text = edited(WEIGHTED, Edit(RECOGNITION, ""))

    book = load_sound(text, check(text).digest).rulebook

    assert book.recognition == UNWRITTEN_RECOGNITION
    assert (UNWRITTEN_RECOGNITION.experts, UNWRITTEN_RECOGNITION.scores) == (0, ())
    assert (UNWRITTEN_RECOGNITION.quorum, UNWRITTEN_RECOGNITION.majority) == (1, "more_than_half")
    assert UNWRITTEN_RECOGNITION.limits == dict.fromkeys(["screening", "assessment", "vote", "filing"], Period(0, 30))


def test_recognition_whose_form_is_at_fault_is_not_missed_as_well() -> None:
    assert codes(checked(WEIGHTED, Edit("quorum: 3", "quorum: 0"))) == [Code.VALUE_INVALID]


def test_a_faulty_step_hides_no_fault_in_the_others() -> None:
    edits = Edit("step: notify, role: manager", "step: notify"), Edit("within: P1M}", "within: soon}")

    assert codes(checked(WEIGHTED, *edits)) == [Code.FIELD_MISSING, Code.PERIOD_INVALID]


def test_experts_are_not_asked_of_a_fact_that_is_at_fault_itself() -> None:
    assert codes(checked(WEIGHTED, Edit("rating: {type: grade,", "rating: {type: grad,"))) == [Code.VALUE_NOT_ALLOWED]


NOTED = {
    "recognition that no promotion needs": (
        Edit("needs: recognition", "needs: nothing"),
        "recognition: no promotion needs it, so that clients also rise without it",
    ),
    "an exit that no rule proposes": (
        Edit(EXITS, ""),
        "exit_process: no rule proposes an exit, so that it begins only by a decision of the committee",
    ),
}


@pytest.mark.parametrize(("edit", "note"), NOTED.values(), ids=NOTED)
def test_what_is_sound_and_may_surprise_is_noted(edit: Edit, note: str) -> None:
    assert note in checked(WEIGHTED, edit).notes
    assert note not in check(WEIGHTED).notes
