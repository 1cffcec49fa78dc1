"""Whose exit it is where units share a client: the lead unit's, or one above it (B10)."""

from typing import Any

import pytest

from tests.exits.test_exits import BY_HAND, REASON, assigned, recognised, step_done
from tests.recognition.at_work import STRONG, Bank, done, refusal

_ELSEWHERE = (403, "leads_elsewhere")


@pytest.fixture
async def shared(bank: Bank) -> str:
    """A client of tier key that B1-S1 leads and B2-S1 assists."""
    await recognised(bank)
    return await bank.client("C-1", assisting_units=["B2-S1"], facts={}, **await _profile(bank))


async def _profile(bank: Bank) -> dict[str, Any]:
    read = await bank.get("b1-s1-rm", "clients/C-1")
    return {name: read[name] for name in ("level", "category")}


async def test_who_assists_neither_proposes_an_exit_nor_confirms_nor_cancels_it(bank: Bank, shared: str) -> None:
    assert refusal(await bank.post("b2-s1-rm", f"clients/{shared}/exits", **BY_HAND)) == _ELSEWHERE
    found = done(await bank.post("b1-s1-rm", f"clients/{shared}/exits", **BY_HAND), 201)["id"]
    for step in ("confirm", "cancel"):
        assert refusal(await bank.post("b2-s1-head", f"exits/{found}/{step}", **REASON)) == _ELSEWHERE
    done(await bank.post("b1-president", f"exits/{found}/confirm", **REASON))
    assert refusal(await assigned(bank, found, "notify", "b2-s1-rm", "b2-s1-head")) == _ELSEWHERE
    assert await bank.trail("client.refused", "denied") == ["client.refused"] * 4


async def test_a_step_is_done_by_its_owner_in_an_assisting_unit_too(bank: Bank, shared: str) -> None:
    found = done(await bank.post("b1-s1-rm", f"clients/{shared}/exits", **BY_HAND), 201)["id"]
    done(await bank.post("ho-corporate", f"exits/{found}/confirm", **REASON))
    done(await assigned(bank, found, "notify", "b2-s1-rm", "ho-corporate"))
    assert done(await step_done(bank, "b2-s1-rm", found, "notify"))["steps"][0]["state"] == "done"


async def test_experts_of_an_assisting_unit_take_no_seat_from_those_of_the_lead_unit(bank: Bank) -> None:
    await bank.client("C-1", assisting_units=["B2-S1"], facts=STRONG)
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    assert refusal(await bank.opinion("b2-s1-rm", nomination)) == _ELSEWHERE
    assert await bank.recognised_from(nomination) == "filing"
