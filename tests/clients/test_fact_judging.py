"""Values judged by the rulebooks that read them, without a database."""

from datetime import date, timedelta

import pytest

from app.clients import fact_judging
from app.clients.fact_judging import Judge
from app.clients.fact_recording import Told
from app.kernel.score import Scorer
from app.rulebooks.check import check
from app.rulebooks.published import Published
from tests.clients.telling import LONG, SHORT, TODAY


def published(text: str) -> Published:
    report = check(text)
    assert report.sound is not None, report.problems
    rulebook = report.sound.rulebook
    return Published(rulebook.name, 1, report.sound, Scorer(rulebook))


BOOKS = (published(LONG), published(SHORT))
JUDGE = Judge(BOOKS, TODAY)


@pytest.mark.parametrize(
    ("name", "value", "read_by"),
    [
        ("balance", "2.3亿", ("long-lived", "short-lived")),
        ("rating", "A", ("long-lived", "short-lived")),
        ("rating", "B", ("short-lived",)),
        ("rating", "AA", ("long-lived",)),
        ("unheard_of", "anything", ()),
    ],
)
def test_a_value_that_one_can_read_is_kept(name: str, value: str, read_by: tuple[str, ...]) -> None:
    judgement = JUDGE.judge(Told(name, value, TODAY))
    assert (judgement.read_by, judgement.fault) == (read_by, None)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("balance", "-1", "is out of range: from 0.00 to 1000000000000000.00 (long-lived, short-lived)"),
        ("balance", "0.001", "has more than 2 decimals (long-lived, short-lived)"),
        ("rating", "C", "is none of A, AA (long-lived); is none of B, A (short-lived)"),
    ],
)
def test_a_value_that_none_can_read_is_refused_with_what_each_says(name: str, value: str, says: str) -> None:
    fault = JUDGE.judge(Told(name, value, TODAY)).fault
    assert fault is not None
    assert (fault.status, fault.code, fault.detail) == (422, "invalid_value", says)


def test_a_rulebook_with_a_pilot_is_named_once() -> None:
    judge = Judge([*BOOKS, BOOKS[0]], TODAY)
    assert judge.judge(Told("balance", "5", TODAY)).read_by == ("long-lived", "short-lived")
    fault = judge.judge(Told("balance", "x", TODAY)).fault
    assert fault is not None
    assert fault.detail.endswith("(long-lived, short-lived)")


@pytest.mark.parametrize("name", ["balance", "unheard_of"])
def test_only_a_day_to_come_is_refused(name: str) -> None:
    assert JUDGE.judge(Told(name, "5", TODAY)).fault is None
    assert JUDGE.judge(Told(name, "5", date.min)).fault is None
    fault = JUDGE.judge(Told(name, "5", TODAY + timedelta(days=1))).fault
    assert fault is not None
    assert fault.code == "after_today"


def test_of_an_unknown_name_one_like_it_is_named() -> None:
    assert JUDGE.judge(Told("balances", "5", TODAY)).nearest == "balance"
    assert JUDGE.judge(Told("moon_phase", "5", TODAY)).nearest is None
    segments = Judge([published(SHORT.replace("balance", "segments"))], TODAY)
    assert segments.judge(Told("segmen", "5", TODAY)).nearest == "segments"


@pytest.mark.parametrize("judge", [JUDGE, Judge([published(SHORT.replace("balance", "segment"))], TODAY)])
def test_what_a_profile_holds_is_refused_whether_a_rulebook_reads_it_or_not(judge: Judge) -> None:
    fault = judge.judge(Told("segment", "5", TODAY)).fault
    assert fault is not None
    assert (fault.status, fault.code) == (422, "in_profile")


def test_however_many_names_are_unknown_few_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counted(name: str, *_: object) -> list[str]:
        looked.append(name)
        return []

    monkeypatch.setattr(fact_judging, "get_close_matches", counted)
    judge = Judge(BOOKS, TODAY)
    for number in range(1000):
        assert judge.judge(Told(f"unheard_of_{number}", "5", TODAY)).fault is None
    assert len(looked) == fact_judging._MOST_HINTS


def test_without_rulebooks_everything_is_kept() -> None:
    assert Judge([], TODAY).judge(Told("balance", "x", TODAY)).fault is None
