"""Reviews are done once, rescheduled and skipped within limits, all in one transaction (domain.md A4, A10)."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.recognition.at_work import refusal, wrong
from tests.reviews.conftest import CLIENT, Assessed, CallerOf, Now, led
from tests.reviews.reviewed import CORE, KEY, LESS, PATH, acted, read, reviews, still_open


@pytest.fixture
async def review(client: httpx2.AsyncClient, assessed: Assessed, now: Now) -> Any:
    """The first of C-1, core since the 29th of January 2027: due on the 29th of April."""
    now("2027-01-29T09:00")
    await assessed(CORE)
    return await still_open(client)


async def events(sessions: Sessions) -> list[Any]:
    query = "SELECT type, subject, unit, CAST(body AS jsonb) -> 'data' AS data FROM event ORDER BY written"
    async with sessions() as session:
        return [*await session.execute(text(query))]


# --- complete


async def test_done_it_assesses_moves_and_plans_the_next(
    client: httpx2.AsyncClient, review: Any, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-04-29T10:00")
    await client.post(f"/v1/clients/{CLIENT}/facts", json={"facts": {"balance": KEY}})
    done = await acted(client, review, "complete", note="seen with the owner")
    assert done["review"]["status"] == "done"
    assert (done["review"]["reason"], done["review"]["ended_by"]) == ("seen with the owner", "test")
    assert done["review"]["assessment_id"] == done["assessment"]["id"]
    assert (done["assessment"]["review"], done["assessment"]["after"]["tier"]) == (review["id"], "key")
    assert (done["next"]["cycle"], done["next"]["tier"], done["next"]["planned_on"]) == (2, "key", "2027-10-29")
    standing = (await client.get(f"/v1/clients/{CLIENT}/standing")).json()
    assert standing["items"][0]["state"]["tier"] == "key"


async def test_that_it_was_done_is_told(client: httpx2.AsyncClient, review: Any, sessions: Sessions) -> None:
    done = await acted(client, review, "complete")
    [event] = [each for each in await events(sessions) if "review" in each.type]
    assert (event.type, event.subject, event.unit) == ("tierbook.review.completed.v1", CLIENT, "B1-S1")
    assert event.data == {
        "client_id": CLIENT,
        "rulebook": "reviewed-clients",
        "review_id": review["id"],
        "cycle": 1,
        "assessment_id": done["assessment"]["id"],
        "before": "core",
        "after": "core",
        "next_due_at": done["next"]["due_at"],
    }


async def test_twice_it_answers_the_same_and_does_nothing(
    client: httpx2.AsyncClient, review: Any, sessions: Sessions
) -> None:
    done = await acted(client, review, "complete")
    assert await acted(client, review, "complete") == done
    kinds = [each[0] for each in await events(sessions)]
    assert kinds.count("tierbook.review.completed.v1") == 1
    assert len((await client.get(f"/v1/clients/{CLIENT}/assessments")).json()["items"]) == 2


async def test_it_may_be_done_as_of_a_day_that_has_passed(client: httpx2.AsyncClient, review: Any, now: Now) -> None:
    now("2027-04-30T10:00")
    done = await acted(client, review, "complete", as_of="2027-04-28")
    assert done["assessment"]["as_of"] == "2027-04-28"


async def test_what_cannot_be_decided_is_not_done(
    client: httpx2.AsyncClient, review: Any, sessions: Sessions, now: Now
) -> None:
    now("2027-04-29T10:00")
    answer = await client.post(f"{PATH}/{review['id']}/complete", json={"as_of": "2027-04-30", "note": "early"})
    assert refusal(answer) == (422, "day_to_come")
    assert await read(client, review) == {**review, "status": "due"}


async def test_who_loses_the_tier_by_it_has_no_next(client: httpx2.AsyncClient, review: Any, now: Now) -> None:
    now("2027-04-29T10:00")
    await client.post(f"/v1/clients/{CLIENT}/facts", json={"facts": {"balance": LESS}})
    assert (await acted(client, review, "complete"))["next"] is None


async def test_the_next_is_not_done_before_this_one_was_due(client: httpx2.AsyncClient, review: Any, now: Now) -> None:
    now("2027-02-15T10:00")
    early = await acted(client, review, "complete")
    answer = await client.post(f"{PATH}/{early['next']['id']}/complete", json={})
    assert refusal(answer) == (409, "review_not_begun")
    now("2027-04-29T00:00")
    assert (await acted(client, early["next"], "complete"))["next"]["planned_on"] == "2027-10-29"


async def test_done_after_the_next_was_due_that_is_over_with_it(
    client: httpx2.AsyncClient, review: Any, now: Now
) -> None:
    now("2027-08-15T10:00")
    done = await acted(client, review, "complete")
    assert (done["next"]["planned_on"], done["next"]["cycle"]) == ("2027-10-29", 2)


@pytest.mark.parametrize("verb", ["complete", "skip", "reschedule"])
async def test_what_was_skipped_is_over(client: httpx2.AsyncClient, review: Any, verb: str) -> None:
    await acted(client, review, "skip", reason="merger")
    body = {"skip": {"reason": "again"}, "reschedule": {"reason": "again", "to": "2027-03-01"}}.get(verb, {})
    answer = await client.post(f"{PATH}/{review['id']}/{verb}", json=body)
    assert refusal(answer) == (409, "review_over")


async def test_it_is_changed_as_it_was_read_or_not_at_all(client: httpx2.AsyncClient, review: Any) -> None:
    path = f"{PATH}/{review['id']}"
    assert (await client.get(path)).headers["ETag"] == '"1"'
    stale = {"If-Match": '"7"'}
    for verb, body in (
        ("complete", {}),
        ("skip", {"reason": "x"}),
        ("reschedule", {"to": "2027-03-01", "reason": "x"}),
    ):
        assert (await client.post(f"{path}/{verb}", json=body, headers=stale)).status_code == 412
    answer = await client.post(
        f"{path}/reschedule", json={"to": "2027-03-01", "reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


# --- reschedule


async def test_it_may_be_due_in_two_seconds(
    client: httpx2.AsyncClient, review: Any, sessions: Sessions, clock: ManualClock
) -> None:
    soon = (clock.now() + timedelta(seconds=2)).isoformat()
    moved = await acted(client, review, "reschedule", to=soon, reason="to see it arrive")
    assert (moved["due_at"], moved["planned_on"], moved["postponed"]) == ("2027-01-29T01:00:02Z", "2027-04-29", 0)
    async with sessions() as session:
        found = (await session.execute(text("SELECT due_at, next_at FROM due WHERE kind = 'review'"))).one()
    assert found.due_at == found.next_at == clock.now() + timedelta(seconds=2)
    clock.advance(timedelta(seconds=2))
    assert (await read(client, review))["status"] == "due"


async def test_brought_forward_it_may_be_done_and_the_next_stays_where_it_was(
    client: httpx2.AsyncClient, review: Any, now: Now
) -> None:
    moved = await acted(client, review, "reschedule", to="2027-02-01", reason="a merger")
    now("2027-02-01T09:00")
    assert (await acted(client, moved, "complete"))["next"]["planned_on"] == "2027-07-29"


async def test_a_day_is_moved_onto_a_working_day(client: httpx2.AsyncClient, review: Any) -> None:
    assert (await acted(client, review, "reschedule", to="2027-05-01", reason="x"))["due_on"] == "2027-05-03"


async def test_it_is_postponed_twice_and_no_more(client: httpx2.AsyncClient, review: Any) -> None:
    for day in ("2027-05-10", "2027-05-20"):
        await acted(client, review, "reschedule", to=day, reason="asked for")
    answer = await client.post(f"{PATH}/{review['id']}/reschedule", json={"to": "2027-05-21", "reason": "again"})
    assert refusal(answer) == (409, "review_fixed")
    sooner = await acted(client, review, "reschedule", to="2027-05-11", reason="after all")
    assert (sooner["postponed"], sooner["due_on"]) == (2, "2027-05-11")


async def test_it_is_not_postponed_onto_the_next(client: httpx2.AsyncClient, review: Any) -> None:
    await acted(client, review, "reschedule", to="2027-07-28", reason="asked for")
    answer = await client.post(f"{PATH}/{review['id']}/reschedule", json={"to": "2027-07-29", "reason": "again"})
    assert wrong(answer) == [("/to", "wrong_due_moment")]


@pytest.mark.parametrize("to", ["2027-01-28", "2027-01-29T00:59:59Z"])
async def test_it_is_not_due_in_the_past(client: httpx2.AsyncClient, review: Any, to: str) -> None:
    answer = await client.post(f"{PATH}/{review['id']}/reschedule", json={"to": to, "reason": "x"})
    assert wrong(answer) == [("/to", "wrong_due_moment")]


async def test_the_same_moment_again_changes_nothing(client: httpx2.AsyncClient, review: Any) -> None:
    assert await acted(client, review, "reschedule", to="2027-04-29", reason="x") == review


# --- skip


async def test_skipped_the_next_is_planned(client: httpx2.AsyncClient, review: Any) -> None:
    skipped = await acted(client, review, "skip", reason="merger under way")
    assert (skipped["status"], skipped["reason"]) == ("skipped", "merger under way")
    assert (await still_open(client))["planned_on"] == "2027-07-29"


async def test_two_in_a_row_are_not_skipped(client: httpx2.AsyncClient, review: Any) -> None:
    await acted(client, review, "skip", reason="merger")
    answer = await client.post(f"{PATH}/{(await still_open(client))['id']}/skip", json={"reason": "again"})
    assert refusal(answer) == (409, "review_fixed")


async def test_the_year_s_in_full_is_not_skipped(client: httpx2.AsyncClient, review: Any, now: Now) -> None:
    for day in ("2027-04-29", "2027-07-29", "2027-10-29"):
        now(f"{day}T10:00")
        await acted(client, await still_open(client), "complete")
    full = await still_open(client)
    assert full["full"]
    answer = await client.post(f"{PATH}/{full['id']}/skip", json={"reason": "busy"})
    assert refusal(answer) == (409, "review_fixed")


# --- lists and the fence


async def test_lists_are_by_status_and_day(
    client: httpx2.AsyncClient, review: Any, assessed: Assessed, now: Now
) -> None:
    await led(client, "C-2", "B2-S1")
    now("2027-02-10T09:00")
    await assessed(KEY, "C-2")

    async def found(**query: str) -> list[tuple[str, int]]:
        return [(each["client_id"], each["cycle"]) for each in await reviews(client, **query)]

    assert await found(status="upcoming") == [("C-1", 1), ("C-2", 1)]
    now("2027-04-29T00:00")
    assert (await found(status="due"), await found(status="upcoming")) == ([("C-1", 1)], [("C-2", 1)])
    now("2027-05-04T00:00")
    assert (await found(status="overdue"), await found(status="due")) == ([("C-1", 1)], [])
    await acted(client, review, "complete")
    assert await found(status="done") == [("C-1", 1)]
    assert await found(before="2027-07-30") == [("C-1", 1), ("C-1", 2)]
    assert await found(after="2027-07-29", before="2027-08-01") == [("C-1", 2)]
    assert await found(unit="B2") == [("C-2", 1)]
    assert await found(rulebook="strategic-clients") == []


async def test_lists_are_of_an_officer_s_clients(client: httpx2.AsyncClient, review: Any) -> None:
    assert await reviews(client, officer="b1-s1-rm") == []
    wish = {"officer_id": "b1-s1-rm", "role": "relationship_manager", "owner": True}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=wish)).status_code == 201
    assert [each["id"] for each in await reviews(client, officer="b1-s1-rm")] == [review["id"]]


async def test_pages_follow_each_other(client: httpx2.AsyncClient, review: Any, assessed: Assessed) -> None:
    for at in range(2, 5):
        await led(client, f"C-{at}", "B1-S1")
        await assessed(CORE, f"C-{at}")
    found: list[str] = []
    cursor: str | None = None
    while not found or cursor:
        page = (await client.get(PATH, params={"limit": "3"} | ({"cursor": cursor} if cursor else {}))).json()
        found += [each["client_id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(found) == ["C-1", "C-2", "C-3", "C-4"]


async def test_of_another_unit_there_is_none(client: httpx2.AsyncClient, review: Any, of: CallerOf) -> None:
    outside = await of("B2", Scope.ADMIN)
    path = f"{PATH}/{review['id']}"
    assert refusal(await outside.get(path)) == (404, "review_not_found")
    for verb, body in (
        ("complete", {}),
        ("skip", {"reason": "x"}),
        ("reschedule", {"to": "2027-03-01", "reason": "x"}),
    ):
        assert refusal(await outside.post(f"{path}/{verb}", json=body)) == (404, "review_not_found")
    assert (await outside.get(PATH)).json()["items"] == []


async def test_who_assists_reads_and_does_not_decide(client: httpx2.AsyncClient, review: Any, of: CallerOf) -> None:
    profile = {"kind": "company", "name": "Shared", "unit": "B1-S1", "segment": "corporate", "assisting_units": ["B2"]}
    assert (await client.put(f"/v1/clients/{CLIENT}", json=profile)).status_code == 200
    assisting = await of("B2", Scope.ADMIN)
    path = f"{PATH}/{review['id']}"
    assert (await assisting.get(path)).status_code == 200
    assert refusal(await assisting.post(f"{path}/complete", json={}))[0] == 403


@pytest.mark.parametrize("to", ["9999-12-31", "9998-12-31T23:59:00Z"])
async def test_never_is_no_day_to_postpone_to(client: httpx2.AsyncClient, review: Any, to: str) -> None:
    answer = await client.post(f"{PATH}/{review['id']}/reschedule", json={"to": to, "reason": "never"})
    assert refusal(answer)[0] == 422
