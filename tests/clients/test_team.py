"""The marketing team over the levels, and the books of officers."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import insert

from app.clients.book import verdict
from app.clients.tables import Assignment
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.clients.conftest import CallerOf
from tests.clients.sent import PATH, company, got, put
from tests.service import NOON


def members(some: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(each["officer_id"], each["role"], each["standing"]) for each in some]


async def assign(caller: httpx2.AsyncClient, client_id: str, officer: str, role: str, *, owner: bool = False) -> None:
    sent = {"officer_id": officer, "role": role, "owner": owner}
    answer = await caller.post(f"{PATH}/{client_id}/assignments", json=sent)
    assert answer.status_code == 201, answer.text


async def test_a_team_spans_the_levels_and_shows_who_else_covers_the_client(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company(unit="B1-S1-O1", assisting_units=["B2-S1"]))
    await assign(client, "C-1", "b1-s1-rm", "relationship_manager", owner=True)
    await assign(client, "C-1", "b1-president", "branch_president")
    await assign(client, "C-1", "ho-expert-1", "industry_expert")
    await assign(client, "C-1", "b2-s1-rm", "relationship_manager")
    await assign(client, "C-1", "b1-s2-rm", "product_expert")
    team = await got(client, f"{PATH}/C-1/team")
    assert (team["lead_unit"], team["assisting_units"], team["as_of"]) == ("B1-S1-O1", ["B2-S1"], "2026-11-22")
    assert [(each["unit_id"], each["level"], members(each["members"])) for each in team["levels"]] == [
        ("B1-S1-O1", "outlet", [("b1-s1-o1-head", "outlet_head", "ex_officio")]),
        (
            "B1-S1",
            "sub_branch",
            [
                ("b1-s1-rm", "relationship_manager", "assigned"),
                ("b1-s1-head", "sub_branch_head", "ex_officio"),
            ],
        ),
        (
            "B1",
            "branch",
            [
                ("b1-president", "branch_president", "assigned"),
                ("b1-director", "corporate_director", "ex_officio"),
            ],
        ),
        (
            "HO",
            "head_office",
            [
                ("ho-expert-1", "industry_expert", "assigned"),
                ("ho-corporate", "head_office_corporate", "ex_officio"),
                ("ho-corporate-2", "head_office_corporate", "ex_officio"),
                ("ho-president", "head_office_president", "ex_officio"),
            ],
        ),
    ]
    assert [
        (each["unit_id"], *member) for each, member in zip(team["others"], members(team["others"]), strict=True)
    ] == [
        ("B1-S2", "b1-s2-rm", "product_expert", "assigned"),
        ("B2-S1", "b2-s1-rm", "relationship_manager", "assigned"),
        ("B2", "b2-president", "branch_president", "ex_officio"),
        ("B2", "b2-director", "corporate_director", "ex_officio"),
        ("B2-S1", "b2-s1-head", "sub_branch_head", "ex_officio"),
    ]


async def test_a_team_is_as_it_was_on_the_day(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await put(client, "C-1", company(unit="B1-S1"))
    await assign(client, "C-1", "b1-s1-rm", "relationship_manager", owner=True)
    clock.advance(timedelta(days=1))
    await put(client, "C-1", company(unit="B2-S1"))
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b2-s1-rm", "reason": "moved"}
    assert (await client.post(f"{PATH}/C-1/handovers", json=handover)).status_code == 200
    owners = {}
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        team = await got(client, f"{PATH}/C-1/team", as_of=day)
        everybody = [member for level in team["levels"] for member in level["members"]] + team["others"]
        owners[team["lead_unit"]] = [each["officer_id"] for each in everybody if each["owner"]]
    assert owners == {None: [], "B1-S1": ["b1-s1-rm"], "B2-S1": ["b2-s1-rm"]}


async def test_a_book_shows_whom_an_officer_owns_and_covers(client: httpx2.AsyncClient) -> None:
    for client_id in ("C-1", "C-2", "C-3"):
        await put(client, client_id, company())
    await assign(client, "C-1", "b1-s1-rm", "relationship_manager", owner=True)
    await assign(client, "C-1", "b1-s1-rm", "product_expert")
    await assign(client, "C-3", "b1-s1-rm", "product_expert")
    first = await got(client, "/v1/officers/b1-s1-rm/book", limit=1)
    assert (first["size"], first["covered"], first["least"], first["most"]) == (1, 2, 500, 800)
    assert first["verdict"] == {
        "code": "below",
        "label": {"en": "below a reasonable book", "zh": "低于合理管户数"},
    }
    second = await got(client, "/v1/officers/b1-s1-rm/book", limit=1, cursor=first["next_cursor"])
    items = first["items"] + second["items"]
    assert [(each["client_id"], each["owner"], each["roles"]) for each in items] == [
        ("C-1", True, ["product_expert", "relationship_manager"]),
        ("C-3", False, ["product_expert"]),
    ]
    assert second["next_cursor"] is None
    before = await got(client, "/v1/officers/b1-s1-rm/book", as_of="2026-11-21")
    assert (before["size"], before["covered"], before["items"]) == (0, 0, [])


async def test_a_book_shows_no_client_outside_the_key_s_unit_and_is_weighed_with_all_of_them(
    client: httpx2.AsyncClient, of: CallerOf
) -> None:
    await put(client, "C-1", company(unit="B1-S2"))
    await put(client, "C-2", company(unit="B2-S1"))
    for client_id in ("C-1", "C-2"):
        await assign(client, client_id, "b1-s2-rm", "relationship_manager", owner=True)
    book = await got(await of("B1"), "/v1/officers/b1-s2-rm/book")
    assert [each["client_id"] for each in book["items"]] == ["C-1"]
    assert (book["size"], book["covered"]) == (2, 2)


async def test_a_book_of_eight_hundred_is_reasonable(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    items = [company(client_id=f"C-{number:03}") for number in range(800)]
    answer = await client.post(f"{PATH}/bulk", json={"items": items})
    assert answer.status_code == 207
    rows = [
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "client_id": f"C-{number:03}",
            "officer_id": "b1-s1-rm",
            "role": "relationship_manager",
            "owner": True,
            "from_day": NOON.date(),
        }
        for number in range(800)
    ]
    async with sessions.begin() as session:
        await session.execute(insert(Assignment), rows)
    book = await got(client, "/v1/officers/b1-s1-rm/book", limit=200)
    assert (book["size"], book["verdict"]["code"], len(book["items"])) == (800, "reasonable", 200)


@pytest.mark.parametrize(
    ("owned", "code"), [(0, "below"), (499, "below"), (500, "reasonable"), (800, "reasonable"), (801, "over")]
)
def test_a_reasonable_book_is_five_to_eight_hundred(owned: int, code: str) -> None:
    assert verdict(owned).code == code
