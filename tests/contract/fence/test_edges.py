"""What a table of places does not say: shared clients, ids within ids, replays, preconditions, persons, the trail."""

from datetime import timedelta
from typing import Any, Final

import pytest

from app.access.guard import ON_BEHALF_OF
from tests.contract.fence.ask import NOWHERE
from tests.contract.fence.conftest import Fenced
from tests.contract.fence.objects import CHILD, OUTSIDE, OWN, PARENT, SIBLING
from tests.contract.fence.probing import Probe, texts
from tests.recognition.at_work import refusal

_CONTACT: Final = {"name": "王芳", "phone": "1"}
_OF_CLIENTS: Final = ("warnings", "plans", "nominations", "exits")


async def _assisted(probe: Probe, *units: str) -> None:
    """Have units assist the sibling's client."""
    path = f"/v1/clients/{probe.world[SIBLING]['client']}"
    profile = {"kind": "company", "name": "Shared", "segment": "corporate", "unit": SIBLING}
    answer = await probe.bank.put(path, json=profile | {"assisting_units": [*units]})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", _OF_CLIENTS)
async def test_who_assists_a_client_sees_what_belongs_to_it_as_long_as_it_assists(probe: Probe, kind: str) -> None:
    found = probe.world[SIBLING][kind.removesuffix("s")]
    listed = f"/v1/{kind}", {"client_id": probe.world[SIBLING]["client"]}
    await _assisted(probe, CHILD)
    assert found in texts((await probe.branch.get(listed[0], params=listed[1])).json())
    await _assisted(probe)
    assert (await probe.branch.get(listed[0], params=listed[1])).status_code == 404


@pytest.mark.parametrize("kind", ["contact", "assignment"])
@pytest.mark.parametrize("unit", [CHILD, PARENT, SIBLING])
async def test_what_belongs_to_one_client_is_not_found_under_another(probe: Probe, kind: str, unit: str) -> None:
    rest = {"contact": "", "assignment": "/end"}[kind]
    path = f"/v1/clients/{probe.world[OWN]['client']}/{kind}s/{{}}{rest}"
    ids = (probe.world[unit][kind], "00000000-0000-4000-8000-000000000000")
    answers = [
        await (
            probe.branch.delete(path.format(each))
            if kind == "contact"
            else probe.branch.post(path.format(each), json={})
        )
        for each in ids
    ]
    assert [(each.status_code, each.json()["type"], each.json()["detail"]) for each in answers[:1]] == [
        (each.status_code, each.json()["type"], each.json()["detail"]) for each in answers[1:]
    ]
    assert answers[0].status_code == 404


async def test_what_one_key_was_answered_is_not_replayed_to_another(probe: Probe) -> None:
    path = f"/v1/clients/{probe.world[SIBLING]['client']}/contacts"
    once = {"Idempotency-Key": "the-same"}
    assert (await probe.bank.post(path, json=_CONTACT, headers=once)).status_code == 201
    outside = await probe.branch.post(path, json=_CONTACT, headers=once)
    assert refusal(outside) == (404, "client_not_found")


@pytest.mark.parametrize("unit", OUTSIDE)
@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("clients", "client", {"kind": "company", "name": "Mine", "unit": OWN}),
        ("units", "unit", {"kind": "outlet", "name": "Mine", "parent_id": OWN}),
        ("officers", "officer", {"name": "Mine"}),
    ],
)
async def test_who_would_only_create_is_not_told_at_which_revision_it_is_there(
    probe: Probe, unit: str, path: str, kind: str, body: Any
) -> None:
    headers = {"If-None-Match": "*"}
    answer = await probe.branch.put(f"/v1/{path}/{probe.world[unit][kind]}", json=body, headers=headers)
    assert refusal(answer) == (404, f"{kind}_not_found")


@pytest.mark.parametrize("person", ["ho-committee-1", "b2-director", NOWHERE["officer"]])
@pytest.mark.parametrize("act", ["votes", "recusals", "opinions", "withdraw", "file"])
async def test_a_key_of_a_unit_acts_for_nobody_who_serves_outside(probe: Probe, act: str, person: str) -> None:
    bodies = {"votes": {"choice": "for"}, "opinions": {"scores": {"brand": "high"}}}
    path = f"/v1/nominations/{probe.world[OWN]['nomination']}/{act}"
    body = bodies.get(act, {"reason": "asked for"})
    answer = await probe.branch.post(path, json=None if act == "file" else body, headers={ON_BEHALF_OF: person})
    assert refusal(answer) == (403, "not_an_officer")


async def test_the_head_office_s_committee_votes_with_its_own_key(probe: Probe) -> None:
    path = f"/v1/nominations/{probe.world[PARENT]['nomination']}/votes"
    answer = await probe.bank.post(path, json={"choice": "for"}, headers={ON_BEHALF_OF: "ho-committee-1"})
    assert answer.status_code == 200, answer.text


async def test_the_late_ones_that_are_ended_lie_within(probe: Probe, fenced: Fenced) -> None:
    fenced.app.state.clock.advance(timedelta(days=40))
    try:
        answer = await probe.branch.post("/v1/nominations/expire")
        states = {
            unit: (await probe.bank.get(f"/v1/nominations/{objects['nomination']}")).json()["state"]
            for unit, objects in probe.world.items()
        }
    finally:
        fenced.app.state.clock.advance(timedelta(days=-40))
    assert {each["client_id"] for each in answer.json()["ended"]} == {"C-B1", "C-B1-S1"}
    assert [states[unit] for unit in OUTSIDE] == ["vote", "vote"]


async def test_the_trail_does_not_tell_what_the_history_does_not_show(probe: Probe) -> None:
    """Relations to clients outside, and the units above."""
    client = f"/v1/clients/{probe.world[OWN]['client']}"
    profile = {"kind": "company", "name": "Related", "segment": "corporate", "unit": OWN}
    relations = [{"kind": "group", "client_id": probe.world[unit]["client"]} for unit in (SIBLING, CHILD)]
    assert (await probe.bank.put(client, json=profile | {"relations": relations})).status_code == 200
    await probe.bank.put(f"/v1/units/{CHILD}", json={"kind": "sub_branch", "name": "Moved", "parent_id": SIBLING})
    await probe.bank.put(f"/v1/units/{CHILD}", json={"kind": "sub_branch", "name": "Moved", "parent_id": OWN})
    for action, shown in (("client.updated", probe.world[CHILD]["client"]), ("unit.moved", OWN)):
        listed = {"action": action, "limit": "200"}
        own = (await probe.branch.get("/v1/audit", params=listed)).json()["items"]
        assert shown in texts(own)
        assert not texts([[each["before"], each["after"]] for each in own]) & probe.outside()
        alone = (await probe.branch.get(f"/v1/audit/{own[0]['id']}")).json()
        assert alone["after"] == own[0]["after"]
        assert texts((await probe.bank.get("/v1/audit", params=listed)).json()) & probe.outside()
