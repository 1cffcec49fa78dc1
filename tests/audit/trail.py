"""A trail in a database of its own, written as the application, tampered with as the database's owner."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import NullPool, select
from sqlalchemy.ext.asyncio import create_async_engine

from app.audit.chain import GENESIS, link
from app.audit.checkpoint import Checkpoint, signer
from app.audit.claims import Claim
from app.audit.hashed import hashed
from app.audit.sealing import head, seal
from app.audit.verify import Report, Wait, verify
from app.db.engine import connect_args, open_sessions, require_url
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import record
from app.trail.tables import AuditChain, AuditEntry
from tests.service import NOON

KEY = signer(bytes(range(32)))
_ENTRY = Entry(
    "client.updated",
    "client",
    "C0",
    "outlet-7",
    before={"level": "regional", "share": 0.1, "version": 1},
    after={"level": "bank_wide", "share": 1e300, "version": 2},
    reason="改",
    digest="sha256:00",
)
CRM = Actor("crm", UUID(int=7), "branch-1", "E1001", "request-1")


def entry(number: int, **other: Any) -> Entry:
    return replace(_ENTRY, object_id=f"C{number}", **other)


async def at_once(_: float) -> None:
    """Waits for nothing."""


class Trail:
    """Entries that are committed, and sealed on request."""

    def __init__(self, settings: Settings) -> None:
        self.url = require_url(settings)
        self.engine = create_async_engine(self.url, poolclass=NullPool, connect_args=connect_args(settings))
        self.sessions = open_sessions(self.engine)
        self.now = NOON

    async def write(self, count: int, *, actor: Actor = CRM, **other: Any) -> None:
        async with self.sessions.begin() as session:
            await record(session, actor, self.now, [entry(number, **other) for number in range(count)])

    async def seal(self, limit: int = 1000) -> int:
        async with self.sessions.begin() as session:
            return await seal(session, self.now, limit)

    async def sealed(self, *batches: int) -> None:
        """Write and seal, a second apart."""
        for count in batches:
            await self.write(count)
            assert await self.seal() == count
            self.now += timedelta(seconds=1)

    async def checkpoint(self) -> Checkpoint:
        async with self.sessions() as session:
            return Checkpoint(*await head(session))

    async def verify(self, *against: Checkpoint, now: datetime | None = None, wait: Wait = at_once) -> Report:
        claims = [Claim(f"{each.size}.checkpoint", each) for each in against]
        return await verify(self.sessions, claims, now or self.now, lambda *_: None, wait)

    async def found(self, *against: Checkpoint) -> list[tuple[str, int | None, int | None]]:
        """What verification finds: fault, position, entry."""
        report = await self.verify(*against)
        return [(each.fault.value, each.position, each.entry_id) for each in report.findings.listed]

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self._plain) as owner:
            return owner.execute(query).fetchall()

    def tamper(self, *statements: str, parameters: Sequence[Any] = ()) -> None:
        """As the owner, with triggers and foreign keys off; each statement must find something to do."""
        with psycopg.connect(self._plain) as owner:
            owner.execute("SET session_replication_role = replica")
            for statement in statements:
                assert owner.execute(statement, parameters).rowcount != 0, statement

    def empty(self) -> None:
        self.tamper(
            "TRUNCATE audit_entry, audit_chain, audit_pending RESTART IDENTITY",
            "ALTER TABLE audit_entry ALTER id SET GENERATED ALWAYS",
        )

    async def rehash(self, first: int = 1, last: int = 2**31) -> None:
        """Write the hashes of a part of the chain anew, as whoever has our source can."""
        query = select(AuditChain.position, *hashed()).join_from(
            AuditChain, AuditEntry, AuditChain.entry_id == AuditEntry.id
        )
        async with self.sessions() as session:
            rows = (await session.execute(query.order_by(AuditChain.position))).all()
            previous = await session.scalar(select(AuditChain.hash).where(AuditChain.position == first - 1)) or GENESIS
        for position, *values in rows:
            if first <= position <= last:
                previous = link(previous, position, values)
                self.tamper("UPDATE audit_chain SET hash = %s WHERE position = %s", parameters=[previous, position])

    @property
    def _plain(self) -> str:
        return self.url.replace("postgresql+psycopg://", "postgresql://")
