"""What is known of clients, by a model that looks through every record; and that records only grow."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.clients.fact_recording import Of, Told, lock_seen, record
from app.clients.facts import KnownFact, facts_of, record_facts, values_of
from app.clients.refusals import ClientNotFound
from app.clients.tables import Client, ClientRevision
from app.db.engine import open_engine, open_sessions
from app.db.failures import sqlstate
from app.settings import Settings
from tests.service import NOON, SHANGHAI, change_of

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CLIENTS = ("C-1", "C-2", "C-3")
_NOT_PERMITTED, _RESTRICTED = "42501", "23001"

DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 5))
TOLD = st.builds(
    Told,
    st.sampled_from(["balance", "rating", "z"]),
    st.sampled_from(["1", "2"]),
    DAYS,
    st.sampled_from([None, "core"]),
)
BATCHES = st.lists(st.lists(st.tuples(st.sampled_from(CLIENTS), TOLD), max_size=6), max_size=6)
"""What is told at one moment after another."""


async def with_clients(session: AsyncSession) -> AsyncSession:
    stamps = {"co_managed": False, "revision": 1, "created_at": NOON, "updated_at": NOON}
    rows: list[dict[str, Any]] = [{"id": each, "kind": "company", **stamps} for each in CLIENTS]
    await session.execute(insert(Client), rows)
    return session


@pytest.fixture
async def session(session: AsyncSession) -> AsyncSession:
    """A session with the clients C-1 to C-3."""
    return await with_clients(session)


async def tell(session: AsyncSession, told: Sequence[Of], now: datetime) -> list[bool]:
    change = change_of(session, now=now)
    await lock_seen(change, CLIENTS)
    return await record(change, told)


class Model:
    """The same by looking through all that was recorded."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Told, datetime]] = []

    def tell(self, told: Sequence[Of], now: datetime) -> list[bool]:
        return [self._tell(client_id, fact, now) for client_id, fact in told]

    def known(self, as_of: date, known_at: datetime) -> dict[str, dict[str, tuple[str, date, str | None]]]:
        found: dict[str, dict[str, tuple[str, date, str | None]]] = {each: {} for each in CLIENTS}
        for client_id, fact, at in sorted(self.records, key=lambda each: each[1].as_of):
            if fact.as_of <= as_of and at <= known_at:
                found[client_id][fact.name] = (fact.value, fact.as_of, fact.source)
        return found

    def _tell(self, client_id: str, fact: Told, now: datetime) -> bool:
        same = [
            each.value
            for of, each, _ in self.records
            if (of, each._replace(value="")) == (client_id, fact._replace(value=""))
        ]
        new = not same or same[-1] != fact.value
        if new:
            self.records.append((client_id, fact, now))
        return new


def plain(known: dict[str, dict[str, KnownFact]]) -> dict[str, dict[str, tuple[str, date, str | None]]]:
    return {
        client_id: {name: (fact.value, fact.as_of, fact.source) for name, fact in facts.items()}
        for client_id, facts in known.items()
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES, DAYS)
async def test_what_is_known_is_what_a_look_through_every_record_finds(
    session: AsyncSession, batches: list[list[Of]], day: date
) -> None:
    model = Model()
    async with session.begin_nested() as savepoint:
        for number, told in enumerate(batches):
            now = NOW + timedelta(hours=number)
            assert await tell(session, told, now) == model.tell(told, now)
        for number in range(-1, len(batches)):
            at = NOW + timedelta(hours=number)
            assert plain(await facts_of(session, CLIENTS, day, at, zone=SHANGHAI)) == model.known(day, at)
        await savepoint.rollback()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES, DAYS)
async def test_what_was_known_at_a_moment_never_changes(
    session: AsyncSession, batches: list[list[Of]], day: date
) -> None:
    seen: dict[datetime, Any] = {}
    async with session.begin_nested() as savepoint:
        for number, told in enumerate(batches):
            at = NOW + timedelta(hours=number)
            await tell(session, told, at)
            seen[at] = await facts_of(session, CLIENTS, day, at, zone=SHANGHAI)
        for at, before in seen.items():
            assert await facts_of(session, CLIENTS, day, at, zone=SHANGHAI) == before
        await savepoint.rollback()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(CLIENTS), TOLD), max_size=12, unique_by=lambda of: (of[0], of[1]._replace(value=""))
    )
)
async def test_recording_twice_is_recording_once(session: AsyncSession, told: list[Of]) -> None:
    async with session.begin_nested() as savepoint:
        assert await tell(session, told, NOW) == [True] * len(told)
        before = await facts_of(session, CLIENTS, date.max, zone=SHANGHAI)
        assert await tell(session, told, NOW + timedelta(hours=1)) == [False] * len(told)
        assert await facts_of(session, CLIENTS, date.max, zone=SHANGHAI) == before
        await savepoint.rollback()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CLIENTS), TOLD), max_size=12), st.integers(0, 12))
async def test_how_lines_are_cut_into_chunks_does_not_matter(session: AsyncSession, told: list[Of], cut: int) -> None:
    found = []
    for parts in ([told], [told[:cut], told[cut:]]):
        async with session.begin_nested() as savepoint:
            new = [fresh for part in parts for fresh in await tell(session, part, NOW)]
            found.append((new, plain(await facts_of(session, CLIENTS, date.max, zone=SHANGHAI))))
            await savepoint.rollback()
    assert found[0] == found[1]


async def test_facts_can_be_asked_for_by_name(session: AsyncSession) -> None:
    told = [("C-1", Told(name, "1", NOW.date())) for name in ("a", "b", "segment")]
    await tell(session, told, NOW)
    named = await facts_of(session, ["C-1", "C-2"], NOW.date(), names=["b", "segment", "absent"], zone=SHANGHAI)
    assert {client_id: set(facts) for client_id, facts in named.items()} == {"C-1": {"b", "segment"}, "C-2": set()}


def values(known: dict[str, dict[str, KnownFact]], names: Sequence[str]) -> dict[str, list[str | None]]:
    """What is known as `values_of` gives it."""
    return {name: [facts[name].value if name in facts else None for facts in known.values()] for name in names}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES, DAYS)
async def test_values_alone_are_those_of_the_facts(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch, batches: list[list[Of]], day: date
) -> None:
    monkeypatch.setattr("app.clients.facts._AT_ONCE", 2)
    names = ["z", "absent", "rating", "balance"]
    async with session.begin_nested() as savepoint:
        for number, told in enumerate(batches):
            await tell(session, told, NOW + timedelta(hours=number))
        for at in (None, NOW):
            known = await facts_of(session, CLIENTS, day, at, names=names, zone=SHANGHAI)
            assert await values_of(session, CLIENTS, day, at, names=names, zone=SHANGHAI) == values(known, names)
        await savepoint.rollback()


async def test_the_profile_counts_before_what_was_once_recorded_by_its_names(session: AsyncSession) -> None:
    profile = {"kind": "company", "segment": "corporate", "region": None, "co_managed": False, "level": "regional"}
    stamps = {"revision": 1, "recorded_at": NOON, "recorded_by": "crm"}
    await session.execute(insert(ClientRevision), [{"client_id": "C-2", "profile": profile, **stamps}])
    told = [("C-2", Told(name, "once", NOW.date())) for name in ("level", "region")]
    await tell(session, told, NOW)
    names = ["level", "region", "segment", "client_type", "balance"]
    found = await values_of(session, CLIENTS, NOW.date(), NOW, names=names, zone=SHANGHAI)
    assert [column[1] for column in found.values()] == ["regional", "once", "corporate", "enterprise", None]
    assert found == values(await facts_of(session, CLIENTS, NOW.date(), NOW, names=names, zone=SHANGHAI), names)


async def test_no_values_are_asked_of_nobody_or_of_no_fact(session: AsyncSession) -> None:
    assert await values_of(session, [], NOW.date(), None, names=["balance"], zone=SHANGHAI) == {"balance": []}
    assert await values_of(session, CLIENTS, NOW.date(), None, names=[], zone=SHANGHAI) == {}


@pytest.mark.parametrize("names", [None, [], ["balance"]])
async def test_nothing_is_known_of_nobody(session: AsyncSession, names: list[str] | None) -> None:
    assert await facts_of(session, [], NOW.date(), names=names, zone=SHANGHAI) == {}
    assert await facts_of(session, ["C-1", "C-0"], NOW.date(), names=names, zone=SHANGHAI) == {"C-1": {}, "C-0": {}}


async def test_facts_of_no_client_are_not_recorded(session: AsyncSession) -> None:
    with pytest.raises(ClientNotFound):
        await record_facts(change_of(session), "C-0", [Told("balance", "1", NOW.date())])


async def test_what_another_feature_records_is_noted(session: AsyncSession) -> None:
    change = change_of(session, "recognition", person="10001")
    told = [Told("innovation", "high", NOW.date(), "expert")]
    assert await record_facts(change, "C-1", told) == [True]
    assert await record_facts(change, "C-1", told) == [False]
    known = (await facts_of(session, ["C-1"], NOW.date(), zone=SHANGHAI))["C-1"]["innovation"]
    assert (known.value, known.source, known.recorded_by) == ("high", "expert", "10001")
    query = text("SELECT object_id, person FROM audit_entry WHERE object_type = 'client'")
    entries = (await session.execute(query)).all()
    assert entries == [("C-1", "10001")]


_CHANGES = {
    "edit": "UPDATE fact_record SET value = '2'",
    "edit of nothing": "UPDATE fact_record SET value = '2' WHERE false",
    "delete": "DELETE FROM fact_record",
    "truncate": "TRUNCATE fact_record",
}


@pytest.mark.parametrize("change", _CHANGES)
@pytest.mark.parametrize(("role", "refusal"), [("tierbook_app", _NOT_PERMITTED), ("NONE", _RESTRICTED)])
async def test_records_only_grow(
    session: AsyncSession, connection: AsyncConnection, change: str, role: str, refusal: str
) -> None:
    await tell(session, [("C-1", Told("balance", "1", NOW.date()))], NOW)
    await connection.execute(text(f"SET LOCAL ROLE {role}"))
    savepoint = await connection.begin_nested()
    with pytest.raises(DBAPIError) as refused:
        await connection.execute(text(_CHANGES[change]))
    await savepoint.rollback()
    assert sqlstate(refused.value) == refusal


async def rows_looked_at(session: AsyncSession) -> int:
    """Of `fact_record`, in this transaction so far."""
    looked = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'fact_record'"
    found: int = await session.scalar(text(looked))
    return found


@pytest.fixture
async def owner_s_session(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[AsyncSession]:
    """A session with the clients, in a database of its own, for the service's role may not learn what is in tables."""
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    async with open_sessions(engine).begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        yield await with_clients(session)
    await engine.dispose()


@pytest.mark.parametrize("names", [None, ["balance", "rating"]])
async def test_the_latest_is_found_without_looking_through_the_history(
    owner_s_session: AsyncSession, names: list[str] | None
) -> None:
    session = owner_s_session
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(300)]
    told = [(of, Told(name, str(day), day)) for of in CLIENTS for name in ("balance", "rating") for day in days]
    await tell(session, told, NOW)
    await session.execute(text("ANALYZE"))
    before = await rows_looked_at(session)
    known = await facts_of(session, CLIENTS, date(2020, 6, 30), names=names, zone=SHANGHAI)
    assert {fact.value for facts in known.values() for fact in facts.values()} == {"2020-06-30"}
    assert await rows_looked_at(session) - before < 40
