"""Reading nominations: lists and their filters, pages, and nothing that lies outside."""

from typing import Any

import pytest

from tests.recognition.at_work import HIGH, Bank, done, refusal

COMMITTEE = ["b1-committee-1", "b1-committee-2", "b1-committee-3"]


async def ids(bank: Bank, officer: str, query: str = "") -> list[str]:
    return [each["client_id"] for each in (await bank.get(officer, f"nominations{query}"))["items"]]


async def test_lists_are_narrowed_by_state_client_and_day(bank: Bank) -> None:
    for client_id in ("C-1", "C-2"):
        await bank.client(client_id)
    await bank.in_vote("C-1")
    done(await bank.nominate("b1-s1-rm", "C-2"), 201)
    assert sorted(await ids(bank, "b1-s1-rm")) == ["C-1", "C-2"]
    assert await ids(bank, "b1-s1-rm", "?state=vote") == ["C-1"]
    assert await ids(bank, "b1-s1-rm", "?client_id=C-2") == ["C-2"]
    assert await ids(bank, "b1-s1-rm", "?due_before=2026-12-13") == ["C-2"]
    assert await ids(bank, "b1-s1-rm", "?due_before=2026-12-12") == []


async def test_a_member_finds_what_waits_for_their_vote(bank: Bank) -> None:
    for client_id in ("C-1", "C-2", "C-3"):
        await bank.client(client_id)
        nomination = await bank.in_vote(client_id)
        if client_id == "C-1":
            done(await bank.vote(COMMITTEE[0], nomination))
        if client_id == "C-2":
            done(await bank.post(COMMITTEE[0], f"nominations/{nomination}/recusals", reason="a cousin"))
    assert await ids(bank, COMMITTEE[0], f"?awaiting={COMMITTEE[0]}") == ["C-3"]
    assert sorted(await ids(bank, COMMITTEE[0], f"?awaiting={COMMITTEE[1]}")) == ["C-1", "C-2", "C-3"]


async def test_pages_hold_each_nomination_once(bank: Bank) -> None:
    for number in range(5):
        await bank.client(f"C-{number}")
        done(await bank.nominate("b1-s1-rm", f"C-{number}"), 201)
    page = await bank.get("b1-s1-rm", "nominations?limit=2")
    found = [each["id"] for each in page["items"]]
    while page["next_cursor"] is not None:
        page = await bank.get("b1-s1-rm", f"nominations?limit=2&cursor={page['next_cursor']}")
        found += [each["id"] for each in page["items"]]
    assert len(found) == len(set(found)) == 5
    assert found == sorted(found)


REACHES: list[tuple[str, dict[str, Any]]] = [
    ("opinions", {"scores": HIGH}),
    ("votes", {"choice": "for"}),
    ("recusals", {"reason": "a cousin"}),
    ("withdraw", {"reason": "sold"}),
    ("file", {}),
]


@pytest.mark.parametrize(("action", "body"), REACHES)
@pytest.mark.parametrize("officer", ["b2-director", "b1-s2-rm"])
async def test_outside_a_nomination_is_not_there(bank: Bank, officer: str, action: str, body: dict[str, Any]) -> None:
    await bank.client("C-1")
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    reached = await bank.post(officer, f"nominations/{nomination}/{action}", **body)
    missing = await bank.post(officer, f"nominations/00000000-0000-4000-8000-000000000000/{action}", **body)
    assert refusal(reached) == refusal(missing) == (404, "nomination_not_found")
    assert await bank.trail("client", "denied") == ["client.refused"]


async def test_outside_nothing_is_read_listed_or_asked_for(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    stranger = await bank.as_("b2-director")
    assert refusal(await stranger.get(f"/v1/nominations/{nomination}")) == (404, "nomination_not_found")
    assert (await stranger.get("/v1/nominations")).json()["items"] == []
    assert refusal(await stranger.get("/v1/nominations?client_id=C-1")) == (404, "client_not_found")
    assert refusal(await stranger.get("/v1/nominations?awaiting=b1-committee-1")) == (404, "officer_not_found")


async def test_an_assisting_unit_reads_the_case(bank: Bank) -> None:
    await bank.client("C-1", assisting_units=["B2-S1"])
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    assert (await bank.get("b2-s1-rm", f"nominations/{nomination}"))["client_id"] == "C-1"
