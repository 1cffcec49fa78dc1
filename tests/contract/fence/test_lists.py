"""What is listed when nothing is asked for by id: what lies within, and nothing from outside, whatever the cursor."""

import json
from dataclasses import replace
from typing import Any, Final

import httpx2
import pytest

from tests.contract.fence.ask import Ask, Id, filled
from tests.contract.fence.objects import CHILD, OWN, PARENT, SIBLING
from tests.contract.fence.probing import Probe, sent, texts
from tests.contract.fence.table import ASKED

LISTS: Final = [pytest.param(route, ask, id=route) for route, ask in ASKED if ask.lists]
LINES: Final = {OWN: 201, CHILD: 201, PARENT: 422, SIBLING: 422}


def _unasked(ask: Ask, **query: str) -> Ask:
    """The request without the ids that narrow it."""
    plain = {name: each for name, each in ask.query.items() if not isinstance(each, Id)}
    return replace(ask, query=plain | query)


async def _page(probe: Probe, caller: httpx2.AsyncClient, route: str, ask: Ask, **query: str) -> Any:
    answer = await sent(caller, route, ask, filled(_unasked(ask, **query), probe.world))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(("route", "ask"), LISTS)
async def test_a_list_holds_what_lies_within_and_nothing_from_outside(probe: Probe, route: str, ask: Ask) -> None:
    assert ask.lists is not None
    shown = texts(await _page(probe, probe.branch, route, ask, limit="200"))
    assert shown >= {probe.world[unit][ask.lists] for unit in (OWN, CHILD)}
    assert not shown & {probe.world[unit][ask.lists] for unit in (PARENT, SIBLING)}
    assert not shown & probe.outside()


@pytest.mark.parametrize(("route", "ask"), LISTS)
async def test_the_whole_bank_sees_them_all(probe: Probe, route: str, ask: Ask) -> None:
    """So that the test above can fail."""
    assert ask.lists is not None
    shown = texts(await _page(probe, probe.bank, route, ask, limit="200"))
    assert shown >= {objects[ask.lists] for objects in probe.world.values()}


@pytest.mark.parametrize(("route", "ask"), LISTS)
async def test_another_s_cursor_opens_nothing(probe: Probe, route: str, ask: Ask) -> None:
    first = await _page(probe, probe.bank, route, ask, limit="1")
    name = "after" if "next_after" in first else "cursor"
    assert first[f"next_{name}"] is not None
    rest = await _page(probe, probe.branch, route, ask, limit="200", **{name: first[f"next_{name}"]})
    assert not texts(rest["items"]) & probe.outside()


async def test_of_many_lines_those_of_outside_fail_alone(probe: Probe) -> None:
    line = {"fact": "balance", "value": "72", "as_of": "2026-11-22"}
    body = "\n".join(json.dumps(line | {"client_id": probe.world[unit]["client"]}) for unit in LINES)
    kind = {"Content-Type": "application/x-ndjson"}
    answer = await probe.branch.post("/v1/facts/bulk", content=body, headers=kind)
    assert [each["status"] for each in map(json.loads, answer.text.splitlines()[:-1])] == [*LINES.values()]


async def test_measures_count_what_lies_within(probe: Probe) -> None:
    asked = {"measure": "balance"}
    own = (await probe.branch.get("/v1/concentration", params=asked)).json()
    all_of_them = (await probe.bank.get("/v1/concentration", params=asked)).json()
    assert (own["unit"], own["clients"], own["total"]) == (OWN, 2, "140.00")
    assert (all_of_them["unit"], all_of_them["clients"], all_of_them["total"]) == (None, 4, "280.00")
