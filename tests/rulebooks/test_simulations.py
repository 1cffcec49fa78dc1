"""Simulations: attached to a digest, listed with its versions, never changed, told in full to the whole bank alone."""

import uuid

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db.engine import Sessions
from app.rulebooks.refusals import DigestMismatch, VersionNotFound
from app.rulebooks.service import version
from app.rulebooks.simulations import Simulation, attach_simulation
from app.settings import Settings
from tests.rulebooks.publishing import simulated
from tests.rulebooks.small_bank import found_small_bank
from tests.rulebooks.test_versions import BOOK, NAME, PATH
from tests.service import change_of, client_of, new_key

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator, who stored a draft."""
    await client.post(PATH, json={"document": BOOK.replace("BOUND", "1亿")})
    return client


async def test_a_simulation_is_shown_with_the_version(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    run = uuid.uuid4()
    async with sessions.begin() as session:
        digest = (await version(session, NAME, 1)).digest
        await attach_simulation(change_of(session), Simulation(NAME, 1, digest, 100_000, {"up": 3, "down": 1}, run))
    shown = (await client.get(f"{PATH}/1")).json()["simulations"]
    assert (await client.get(f"{PATH}/1/simulations")).json() == {"items": shown, "next_cursor": None}
    assert [(each["run_id"], each["clients"], each["summary"]) for each in shown] == [
        (str(run), 100_000, {"up": 3, "down": 1})
    ]
    assert (shown[0]["digest"], shown[0]["made_by"], shown[0]["version"]) == (digest, "test", 1)


async def test_a_version_of_the_same_content_shows_it_too_and_another_does_not(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    for document in (f"# a remark\n{BOOK.replace('BOUND', '1亿')}", BOOK.replace("BOUND", "2亿")):
        await client.post(PATH, json={"document": document})
    async with sessions.begin() as session:
        await simulated(session, NAME, 1)
    listed = [(await client.get(f"{PATH}/{number}/simulations")).json()["items"] for number in (1, 2, 3)]
    assert [len(each) for each in listed] == [1, 1, 0]


async def test_what_was_simulated_must_be_what_is_stored(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions() as session:
        with pytest.raises(DigestMismatch):
            await attach_simulation(change_of(session), Simulation(NAME, 1, "sha256:another", 0, {}))
        with pytest.raises(VersionNotFound):
            await attach_simulation(change_of(session), Simulation(NAME, 2, "sha256:another", 0, {}))


async def test_simulations_come_in_pages_the_newest_first(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for clients in range(5):
            await simulated(session, NAME, 1, clients=clients)
    whole = (await client.get(f"{PATH}/1/simulations")).json()["items"]
    assert {each["clients"] for each in whole} == {0, 1, 2, 3, 4}
    first = (await client.get(f"{PATH}/1/simulations", params={"limit": 3})).json()
    rest = (await client.get(f"{PATH}/1/simulations", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert (first["items"], rest) == (whole[:3], {"items": whole[3:], "next_cursor": None})


async def test_a_key_of_a_unit_sees_that_it_was_simulated_and_not_what_it_came_to(
    app: FastAPI, client: httpx2.AsyncClient, settings: Settings, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await found_small_bank(session)
        key = new_key(session, settings, name="branch", unit="B1")
        await simulated(session, NAME, 1)
    async with client_of(app, key.token) as branch:
        for path in ("1", "1/simulations"):
            answer = (await branch.get(f"{PATH}/{path}")).json()
            [shown] = answer.get("items") or answer["simulations"]
            assert (shown["clients"], shown["summary"], shown["made_by"]) == (None, None, "test")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rulebook_simulation SET clients = 0",
        "DELETE FROM rulebook_simulation",
        "TRUNCATE rulebook_simulation",
    ],
)
async def test_a_simulation_cannot_be_changed_even_in_the_database(
    client: httpx2.AsyncClient, sessions: Sessions, statement: str
) -> None:
    async with sessions.begin() as session:
        await simulated(session, NAME, 1)
        await session.execute(text("SET ROLE NONE"))  # the owner, who may all that is not refused to everybody
        with pytest.raises(IntegrityError, match="only added"):
            async with session.begin_nested():
                await session.execute(text(statement))


async def test_clients_are_counted_from_zero(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="clients_counted"):
            await simulated(session, NAME, 1, clients=-1)
