"""Values that no client should send, to nominations and exits that are there: refused by name, never our failure."""

import json
from typing import Any

import pytest

from tests.http.hostile import HOSTILE_VALUES
from tests.recognition.at_work import HIGH, Bank, done

SCORES = {"scores": HIGH, "remark": "a remark"}
NOMINATION = {
    "rulebook": "strategy",
    "level": "regional",
    "category": "local_group",
    "tier": "key",
    "joint_with": ["b1-director"],
    "reason": "grows",
}
PLACES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("clients/C-2/nominations", NOMINATION, list(NOMINATION)),
    ("nominations/{assessment}/opinions", SCORES, list(SCORES)),
    ("nominations/{vote}/votes", {"choice": "against", "reason": "no"}, ["choice", "reason"]),
    ("nominations/{vote}/recusals", {"reason": "a cousin"}, ["reason"]),
    ("nominations/{assessment}/withdraw", {"reason": "sold"}, ["reason"]),
    ("clients/C-2/exits", {"rulebook": "strategy", "reason": "no fit", "decision": "4"}, ["reason", "decision"]),
    ("exits/{exit}/confirm", {"reason": "agreed"}, ["reason"]),
    ("exits/{exit}/steps/notify/done", {"remark": "told"}, ["remark"]),
    ("exits/{exit}/steps/notify/assign", {"officer_id": "b1-director"}, ["officer_id"]),
]


async def opened(bank: Bank) -> dict[str, str]:
    """A nomination before the experts, one before the committee, an exit that is proposed."""
    for client_id in ("C-1", "C-2", "C-3", "C-4"):
        await bank.client(client_id)
    await bank.filed(await bank.recognised("C-4"))
    order = {"rulebook": "strategy", "reason": "no fit", "decision": "4"}
    return {
        "assessment": done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"],
        "vote": await bank.in_vote("C-3"),
        "exit": done(await bank.post("b1-director", "clients/C-4/exits", **order), 201)["id"],
    }


@pytest.mark.parametrize(("path", "body", "places"), PLACES)
async def test_a_hostile_value_anywhere_is_refused_by_name(
    bank: Bank, path: str, body: dict[str, Any], places: list[str]
) -> None:
    address = "/v1/" + path.format_map(await opened(bank))
    caller = await bank.as_("b1-s1-rm")
    headers = {"Content-Type": "application/json"}
    for place in places:
        marked = json.dumps({**body, place: "@@"})
        for name, value in HOSTILE_VALUES.items():
            answer = await caller.post(address, content=marked.replace('"@@"', value).encode(), headers=headers)
            assert answer.status_code < 500, (place, name, answer.text)
            refused = answer.status_code in {400, 422}
            assert not refused or answer.json()["errors"], (place, name, answer.text)


async def test_no_hostile_value_becomes_a_score(bank: Bank) -> None:
    nomination = (await opened(bank))["assessment"]
    expert = await bank.as_("b1-expert")
    path, headers = f"/v1/nominations/{nomination}/opinions", {"Content-Type": "application/json"}
    for name, value in HOSTILE_VALUES.items():
        body = f'{{"scores": {{"brand": {value}, "innovation": "high"}}}}'.encode()
        answer = await expert.post(path, content=body, headers=headers)
        assert answer.status_code in {400, 422}, (name, answer.text)
        assert answer.json()["errors"], name
    assert (await bank.get("b1-expert", f"nominations/{nomination}"))["opinions"] == []
