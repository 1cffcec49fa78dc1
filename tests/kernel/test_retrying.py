"""What follows from a receiver's answer (Standard Webhooks 1.0.0, deliverability)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.retrying import DELAYS, Answer, Health, after

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
WELL = Health()
FAILED = Answer(500)
MIDDLE = 0.5

durations = st.timedeltas(timedelta(days=-1), timedelta(days=3))
answers = st.builds(Answer, st.none() | st.integers(100, 599), st.none() | durations)
moments = st.timedeltas(timedelta(), timedelta(days=20)).map(lambda ago: NOW - ago)
healths = st.builds(
    Health,
    st.integers(0, 200),
    st.none() | moments,
    st.none() | durations.map(lambda ahead: NOW + ahead),
)
jitters = st.floats(0, 1)


def resting(health: Health, *, of_failures: int) -> Health:
    for _ in range(of_failures):
        health = after(FAILED, 1, health, health.resume_at or NOW, MIDDLE).health
    return health


def test_ten_attempts_take_about_three_days() -> None:
    at, moments = NOW, []
    for attempts in range(1, 10):
        following = after(FAILED, attempts, WELL, at, MIDDLE)
        assert following.state == "pending"
        assert following.at is not None
        moments.append(following.at - at)
        at = following.at
    assert moments == list(DELAYS)
    assert at - NOW == timedelta(hours=75, minutes=35, seconds=5)
    assert after(FAILED, 10, WELL, at, MIDDLE)[:2] == ("exhausted", None)


@given(answers, st.integers(1, 9), jitters)
def test_a_delay_is_a_fifth_shorter_or_longer_at_most_and_never_shorter_than_the_receiver_asks(
    answer: Answer, attempts: int, jitter: float
) -> None:
    following = after(answer, attempts, WELL, NOW, jitter)
    if following.state != "pending":
        return
    assert following.at is not None
    asked = min(max(answer.retry_after or timedelta(), timedelta()), timedelta(hours=24))
    slack = timedelta(microseconds=1)
    assert max(DELAYS[attempts - 1] * 0.8, asked) - slack <= following.at - NOW
    assert following.at - NOW <= max(DELAYS[attempts - 1] * 1.2, asked) + slack


@given(answers, st.integers(1, 12), healths, jitters)
def test_whatever_is_answered_a_delivery_is_taken_waits_or_is_kept(
    answer: Answer, attempts: int, health: Health, jitter: float
) -> None:
    following = after(answer, attempts, health, NOW, jitter)
    assert (following.state == "delivered") == (answer.status in range(200, 300))
    assert (following.at is not None) == (following.state == "pending")
    assert (following.state == "parked") == (following.disabled is not None)
    assert following.at is None or following.at > NOW


@given(answers, healths, jitters)
def test_a_rest_that_was_said_to_a_receiver_is_never_cut_short(answer: Answer, health: Health, jitter: float) -> None:
    following = after(answer, 1, health, NOW, jitter).health
    if health.rests(NOW):
        assert following.resume_at is not None
        assert health.resume_at is not None
        assert following.resume_at >= health.resume_at


@given(answers, healths, jitters)
def test_no_rest_is_longer_than_five_minutes_unless_the_receiver_asked_for_it(
    answer: Answer, health: Health, jitter: float
) -> None:
    until = after(answer, 1, health, NOW, jitter).health.resume_at
    asked = min(max(answer.retry_after or timedelta(), timedelta()), timedelta(hours=24))
    assert until is None or until <= max(NOW + max(timedelta(minutes=5), asked), health.resume_at or NOW)


@given(healths, st.integers(200, 299))
def test_an_answer_that_takes_ends_a_run_of_failures(health: Health, status: int) -> None:
    assert after(Answer(status), 1, health, NOW, MIDDLE).health[:2] == (0, None)


@pytest.mark.parametrize("status", [None, 100, 301, 302, 307, 400, 401, 404, 500, 503])
def test_anything_else_is_a_failure_also_a_redirect(status: int | None) -> None:
    following = after(Answer(status), 1, WELL, NOW, MIDDLE)
    assert (following.state, following.health) == ("pending", Health(1, NOW, None))


def test_after_ten_failures_a_receiver_is_left_in_peace_for_longer_each_time() -> None:
    assert resting(WELL, of_failures=9).resume_at is None
    rests = []
    health = resting(WELL, of_failures=10)
    at = NOW
    for _ in range(6):
        assert health.resume_at is not None
        rests.append((health.resume_at - at).total_seconds())
        at = health.resume_at
        health = after(FAILED, 1, health, at, MIDDLE).health
    assert rests == [30, 60, 120, 240, 300, 300]


def test_one_that_fails_is_tried_by_one_at_a_time() -> None:
    assert resting(WELL, of_failures=9).room(4) == 4
    assert resting(WELL, of_failures=10).room(4) == 1
    assert after(Answer(204), 1, resting(WELL, of_failures=12), NOW, MIDDLE).health.room(4) == 4


def test_what_was_on_its_way_when_a_rest_began_does_not_prolong_it() -> None:
    health = resting(WELL, of_failures=10)
    assert after(FAILED, 1, health, NOW + timedelta(seconds=1), MIDDLE).health == health


@pytest.mark.parametrize("status", [429, 502, 504])
def test_one_that_has_too_much_to_do_is_given_time(status: int) -> None:
    assert after(Answer(status), 1, WELL, NOW, MIDDLE).health.resume_at == NOW + timedelta(seconds=5)
    asked = Answer(status, timedelta(hours=1))
    assert after(asked, 1, WELL, NOW, MIDDLE).health.resume_at == NOW + timedelta(hours=1)


def test_a_rest_that_the_receiver_asked_for_outlasts_what_it_takes_meanwhile() -> None:
    asked = after(Answer(429, timedelta(hours=1)), 1, WELL, NOW, MIDDLE).health
    assert after(Answer(200), 1, asked, NOW, MIDDLE).health == Health(resume_at=NOW + timedelta(hours=1))
    assert after(Answer(200), 1, asked, NOW + timedelta(hours=1), MIDDLE).health == WELL


@given(healths, st.integers(1, 10))
def test_one_that_is_gone_is_disabled_and_what_was_for_it_is_kept(health: Health, attempts: int) -> None:
    following = after(Answer(410), attempts, health, NOW, MIDDLE)
    assert (following.state, following.disabled) == ("parked", "gone")


@pytest.mark.parametrize(
    ("failures", "days", "disabled"), [(10, 5, "failing"), (9, 5, "failing"), (8, 5, None), (50, 4.99, None)]
)
def test_one_that_did_nothing_but_fail_for_five_days_is_disabled(
    failures: int, days: float, disabled: str | None
) -> None:
    health = Health(failures, NOW - timedelta(days=days))
    assert after(FAILED, 1, health, NOW, MIDDLE).disabled == disabled
