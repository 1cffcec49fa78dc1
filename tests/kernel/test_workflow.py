"""What recognition and exit share: deadlines, states and days that do not fit, reasons that are missing."""

from datetime import date

import pytest

from app.kernel.workflow import Refusal, past, unreasoned, untimely

DUE = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("due", "today", "over"),
    [
        (DUE, date(2026, 11, 29), False),
        (DUE, DUE, False),
        (DUE, date(2026, 12, 1), True),
        (None, date.max, False),
    ],
)
def test_the_last_day_still_counts_and_without_one_nothing_is_past(due: date | None, today: date, over: bool) -> None:  # noqa: FBT001  the case
    assert past(due, today) is over


def test_an_action_that_fits_the_state_is_not_kept_from_it_on_the_day_it_began() -> None:
    assert untimely("vote", ("screening", "vote"), DUE, DUE) is None


def test_an_action_for_another_state_is_refused_and_told_which() -> None:
    refusal = untimely("refused", ("screening", "vote"), DUE, DUE)
    assert refusal == Refusal("wrong_state", "the case is refused: this is only for screening or vote")


def test_an_action_dated_back_before_the_state_began_is_refused() -> None:
    refusal = untimely("vote", ("vote",), DUE, date(2026, 11, 29))
    assert refusal == Refusal("dated_back", "the case is vote since 2026-11-30: nothing happens to it before")


@pytest.mark.parametrize("reasons", [[], [""], [" \n", "\t"]])
def test_blanks_are_no_reason(reasons: list[str]) -> None:
    assert unreasoned(reasons) == Refusal("reason_missing", "a reason is needed")


@pytest.mark.parametrize("reasons", [["overdue_90"], ["", "风险恶化"]])
def test_one_reason_is_enough(reasons: list[str]) -> None:
    assert unreasoned(reasons) is None
