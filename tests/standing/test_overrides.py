"""Tiers set by hand: a reason, a second person, an end, and visible meanwhile on every decision."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from app.standing.moving import Subject, exited
from tests.rulebooks.publishing import published
from tests.service import change_of
from tests.standing.conftest import CLIENT, Assess, CallerOf, Know, as_person
from tests.standing.watched import WATCHED

OVERRIDES = f"/v1/clients/{CLIENT}/overrides"
ASKED = {"rulebook": "watched-clients", "tier": "key", "until": "2026-12-22", "reason": "merger under way"}
YES = {"approve": True, "reason": "agreed"}


async def proposed(client: httpx2.AsyncClient, **changed: Any) -> Any:
    answer = await client.post(OVERRIDES, json={**ASKED, **changed}, headers=as_person("b1-director"))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def decided(client: httpx2.AsyncClient, override: Any, person: str) -> httpx2.Response:
    return await client.post(f"/v1/overrides/{override['id']}/decide", json=YES, headers=as_person(person))


async def test_a_proposal_shows_nothing_yet(client: httpx2.AsyncClient, assess: Assess) -> None:
    await proposed(client)
    assert (await assess())["effective_tier"] == "none"


async def test_an_approved_one_shows_on_every_later_decision_until_its_end(
    client: httpx2.AsyncClient, assess: Assess, clock: ManualClock, know: Know
) -> None:
    override = await proposed(client)
    assert (await decided(client, override, "b1-president")).json()["state"] == "approved"
    assessed = await assess()
    assert (assessed["effective_tier"], assessed["after"]["tier"]) == ("key", "none")
    assert assessed["after"]["override"]["reason"] == "merger under way"
    assert assessed["before"] is None
    clock.advance(timedelta(days=30))
    over = await assess()
    assert (over["effective_tier"], over["after"]["override"]) == ("none", None)
    assert (await client.post(f"/v1/assessments/{assessed['id']}/replay")).json()["identical"]


async def test_who_proposed_it_does_not_approve_it_and_the_try_is_kept(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    override = await proposed(client)
    answer = await decided(client, override, "b1-director")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:second_person_needed")
    async with sessions() as session:
        denied = text("SELECT person FROM audit_entry WHERE action = 'override.refused_to_proposer'")
        assert await session.scalar(denied) == "b1-director"


async def denied_officers(sessions: Sessions) -> list[str]:
    query = text("SELECT object_id FROM audit_entry WHERE action = 'officer.refused' ORDER BY id")
    async with sessions() as session:
        return [*await session.scalars(query)]


async def test_whoever_is_named_is_an_officer_who_serves_or_nothing_is_done(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    override = await proposed(client)
    ghost = as_person("ghost-nobody")
    for path, body in (
        (OVERRIDES, {**ASKED, "from": "2027-01-01", "until": "2027-02-01"}),
        (f"/v1/overrides/{override['id']}/decide", YES),
        (f"/v1/overrides/{override['id']}/end", {"reason": "mine"}),
    ):
        answer = await client.post(path, json=body, headers=ghost)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:not_an_officer")
    assert (await client.get(OVERRIDES)).json()["items"] == [override]
    assert await denied_officers(sessions) == ["ghost-nobody"] * 3


async def test_a_key_of_a_branch_acts_for_nobody_of_another(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    override, branch = await proposed(client), await of("B1")
    answer = await decided(branch, override, "b2-president")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:not_an_officer")
    assert await denied_officers(sessions) == ["b2-president"]
    assert (await decided(branch, override, "b1-president")).status_code == 200


async def test_a_person_who_has_left_decides_no_longer_with_their_own_key(
    client: httpx2.AsyncClient, of: CallerOf
) -> None:
    override, president = await proposed(client), await of("B1", person="b1-president")
    officer = (await client.get("/v1/officers/b1-president")).json()
    [posting] = officer["postings"]
    ended = await client.post(f"/v1/postings/{posting['posting_id']}/end", json={})
    assert ended.status_code == 200, ended.text
    assert (await president.post(f"/v1/overrides/{override['id']}/decide", json=YES)).status_code == 403


async def test_a_program_s_key_is_one_person_whoever_holds_it(of: CallerOf, client: httpx2.AsyncClient) -> None:
    program = await of("B1")
    override = (await program.post(OVERRIDES, json=ASKED)).json()
    answer = await program.post(f"/v1/overrides/{override['id']}/decide", json=YES)
    assert answer.status_code == 403


@pytest.mark.parametrize(("first", "second"), [({}, as_person("b1-director")), (as_person("b1-director"), {})])
async def test_a_front_end_s_key_once_with_a_person_and_once_without_is_no_second_person(
    client: httpx2.AsyncClient, first: dict[str, str], second: dict[str, str]
) -> None:
    override = (await client.post(OVERRIDES, json=ASKED, headers=first)).json()
    answer = await client.post(f"/v1/overrides/{override['id']}/decide", json=YES, headers=second)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:second_person_needed")


async def test_two_keys_that_name_no_person_are_two(client: httpx2.AsyncClient, of: CallerOf) -> None:
    override = (await client.post(OVERRIDES, json=ASKED)).json()
    answer = await (await of("B1")).post(f"/v1/overrides/{override['id']}/decide", json=YES)
    assert answer.json()["state"] == "approved"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tier": "gold"}, "unknown_tier"),
        ({"from": "2026-11-21"}, "day_passed"),
        ({"until": "2026-11-22"}, "ends_before_it_begins"),
        ({"until": "9999-12-31"}, "too_long"),
        ({"from": "2026-12-01", "until": "2027-12-02"}, "too_long"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx2.AsyncClient, changed: dict[str, str], code: str) -> None:
    answer = await client.post(OVERRIDES, json={**ASKED, **changed})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_it_may_hold_for_a_year(client: httpx2.AsyncClient) -> None:
    assert (await proposed(client, **{"from": "2026-12-01", "until": "2027-12-01"}))["until"] == "2027-12-01"


async def test_no_two_hold_on_one_day(client: httpx2.AsyncClient) -> None:
    first = await proposed(client)
    again = await client.post(OVERRIDES, json={**ASKED, "from": "2026-12-21", "until": "2027-01-01"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:tierbook:problem:override_state")
    await client.post(f"/v1/overrides/{first['id']}/end", json={"reason": "no longer wanted"})
    await proposed(client)


async def test_an_approved_one_can_be_ended_and_is_decided_once(
    client: httpx2.AsyncClient, assess: Assess, clock: ManualClock
) -> None:
    override = await proposed(client)
    await decided(client, override, "b1-president")
    assert (await decided(client, override, "b1-president")).status_code == 409
    clock.advance(timedelta(days=2))
    ended = (await client.post(f"/v1/overrides/{override['id']}/end", json={"reason": "merger called off"})).json()
    assert (ended["until"], ended["ended_by"], ended["ended_why"]) == ("2026-11-24", "test", "merger called off")
    assert (ended["decided_by"], ended["decision"], ended["decided_at"]) == (
        "b1-president",
        "agreed",
        "2026-11-22T04:00:00Z",
    )
    assert (await assess())["effective_tier"] == "none"
    assert (await client.get(OVERRIDES)).json()["items"] == [ended]


async def ended(client: httpx2.AsyncClient, override: Any) -> Any:
    answer = await client.post(f"/v1/overrides/{override['id']}/end", json={"reason": "no longer wanted"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_proposal_that_is_taken_back_is_over(client: httpx2.AsyncClient) -> None:
    override = await proposed(client)
    withdrawn = await ended(client, override)
    assert (withdrawn["state"], withdrawn["ended_by"], withdrawn["decided_by"]) == ("withdrawn", "test", None)
    assert (await decided(client, override, "b1-president")).status_code == 409
    again = await client.post(f"/v1/overrides/{override['id']}/end", json={"reason": "no longer wanted"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:tierbook:problem:override_state")


@pytest.mark.parametrize("day", ["2026-11-22", "2026-12-01"])
async def test_an_approved_one_that_never_held_keeps_its_days_and_is_ended(
    client: httpx2.AsyncClient, day: str
) -> None:
    override = await proposed(client, **{"from": day})
    await decided(client, override, "b1-president")
    shown = await ended(client, override)
    assert (shown["state"], shown["from"], shown["until"]) == ("ended", day, "2026-12-22")
    assert (shown["decided_by"], shown["ended_by"]) == ("b1-president", "test")


async def test_with_the_client_s_exit_the_one_that_holds_and_the_one_that_is_proposed_end(
    client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock, assess: Assess
) -> None:
    await decided(client, await proposed(client), "b1-president")
    await proposed(client, **{"from": "2026-12-22", "until": "2027-01-22"})
    clock.advance(timedelta(days=2))
    subject = Subject(CLIENT, "B1-S1", app.state.rulebooks.in_force("watched-clients", date(2026, 11, 24)))
    async with sessions.begin() as session:
        assert (await exited(change_of(session, now=clock.now()), subject, ("overdue_90",))).effective == "none"
    assert (await assess())["effective_tier"] == "none"
    shown = (await client.get(OVERRIDES)).json()["items"]
    assert {(each["state"], each["until"], each["ended_why"]) for each in shown} == {
        ("approved", "2026-11-24", "exited"),
        ("withdrawn", "2027-01-22", "exited"),
    }
    async with sessions() as session:
        noted = text("SELECT action FROM audit_entry WHERE reason = 'exited' ORDER BY action")
        assert [*await session.scalars(noted)] == ["override.ended", "override.withdrawn"]


async def test_a_refused_one_leaves_its_days_free(client: httpx2.AsyncClient, assess: Assess) -> None:
    override = await proposed(client)
    no = {"approve": False, "reason": "the merger failed"}
    answer = await client.post(f"/v1/overrides/{override['id']}/decide", json=no, headers=as_person("b1-president"))
    assert (answer.json()["state"], answer.json()["decision"]) == ("refused", "the merger failed")
    assert (await assess())["effective_tier"] == "none"
    await proposed(client)


async def test_overrides_are_read_page_by_page_the_latest_first(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    for month in ("2026-12", "2027-01", "2027-02"):
        await proposed(client, **{"from": f"{month}-01", "until": f"{month}-20"})
        await proposed(client, **{"from": f"{month}-21", "until": f"{month}-25"})
        clock.advance(timedelta(seconds=1))
    whole = (await client.get(OVERRIDES)).json()
    assert [each["from"][:7] for each in whole["items"][::2]] == ["2027-02", "2027-01", "2026-12"]
    paged: list[Any] = []
    page: Any = {"next_cursor": None}
    while page["next_cursor"] or not paged:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = (await client.get(OVERRIDES, params={"limit": "1", **cursor})).json()
        paged += page["items"]
    assert (paged, whole["next_cursor"]) == (whole["items"], None)


async def test_what_is_over_is_not_approved_any_more(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    override = await proposed(client)
    clock.advance(timedelta(days=30))
    assert (await decided(client, override, "b1-president")).status_code == 409
    assert (await client.post(f"/v1/overrides/{override['id']}/end", json={"reason": "late"})).status_code == 409


async def test_a_tier_that_is_none_any_more_is_not_approved(
    client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    override = await proposed(client)
    renamed = WATCHED.replace("key", "major")
    async with sessions.begin() as session:
        await published(session, renamed, Term((), date(2026, 11, 23)))
    await app.state.rulebooks.refresh()
    clock.advance(timedelta(days=1))
    answer = await decided(client, override, "b1-president")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tierbook:problem:override_state")
    no = {"approve": False, "reason": "no such tier"}
    answer = await client.post(f"/v1/overrides/{override['id']}/decide", json=no, headers=as_person("b1-president"))
    assert answer.json()["state"] == "refused"


async def test_it_is_seen_and_touched_inside_the_unit_alone(client: httpx2.AsyncClient, of: CallerOf) -> None:
    override = await proposed(client)
    outside = await of("B2", person="b2-president")
    for answer in (
        await outside.get(OVERRIDES),
        await outside.post(OVERRIDES, json=ASKED),
        await outside.get(f"/v1/overrides/{override['id']}"),
        await outside.post(f"/v1/overrides/{override['id']}/decide", json=YES),
        await outside.post(f"/v1/overrides/{override['id']}/end", json={"reason": "mine"}),
    ):
        assert answer.status_code == 404


async def test_who_assists_a_client_sets_no_tier_by_hand(client: httpx2.AsyncClient, of: CallerOf) -> None:
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "corporate"}
    shared = await client.put(f"/v1/clients/{CLIENT}", json=profile | {"assisting_units": ["B2-S1"]})
    assert shared.status_code == 200
    override, assisting = await proposed(client), await of("B2")
    for path, body in (
        (OVERRIDES, {**ASKED, "from": "2027-01-01", "until": "2027-02-01"}),
        (f"/v1/overrides/{override['id']}/decide", YES),
        (f"/v1/overrides/{override['id']}/end", {"reason": "mine"}),
    ):
        answer = await assisting.post(path, json=body, headers=as_person("b2-president"))
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:leads_elsewhere")
    assert (await client.get(OVERRIDES)).json()["items"] == [override]
