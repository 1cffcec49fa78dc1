"""Planning over HTTP, by hand: December 2026 has 23 working days, from the 1st to the 31st."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from tests.attainment.conftest import Until
from tests.attainment.november import at

Asked = Callable[..., Awaitable[Any]]
MANAGER, DIRECTOR, PRESIDENT = "b1-s1-o1-rm", "b1-director", "b1-president"


@pytest.fixture
def asked(client: httpx2.AsyncClient) -> Asked:
    """Asks for `capacity`, `plan` or `targets`."""

    async def answered(path: str, status: int = 200, **query: Any) -> Any:
        answer = await client.get(f"/v1/coverage/{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    return answered


def to_make(report: Any) -> dict[str, int]:
    return {each["officer_id"]: each["to_make"] for each in report["items"] if each["to_make"]}


def going(visit: Any) -> list[str]:
    return [each["officer_id"] for each in visit["participants"]]


async def test_what_a_month_to_come_asks_of_each_officer_is_seen_before_it_begins(asked: Asked, until: Until) -> None:
    until(at(20))
    report = await asked("capacity", period="2026-12")
    assert to_make(report) == {PRESIDENT: 1, DIRECTOR: 2, MANAGER: 3}
    assert report["period"] == {"name": "2026-12", "kind": "month", "from": "2026-12-01", "until": "2027-01-01"}
    [manager] = (await asked("capacity", period="2026-12", officer=MANAGER))["items"]
    assert manager == {
        "officer_id": MANAGER,
        "to_make": 3,
        "working_days": 23,
        "capacity": 92,
        "load": "0.0326",
        "overload": 0,
        "verdict": {"code": "fits", "en": "it fits, with room to spare", "zh": "可以完成,尚有余量"},
    }


async def test_who_holds_a_role_without_owing_has_nothing_to_make(asked: Asked, until: Until) -> None:
    until(at(20))
    [expert] = (await asked("capacity", period="2026-12", officer="b1-expert"))["items"]
    assert (expert["to_make"], expert["load"], expert["verdict"]["code"]) == (0, "0.0000", "nothing_to_make")
