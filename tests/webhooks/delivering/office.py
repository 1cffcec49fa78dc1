"""A database with receivers in it, events for them, and dispatchers at work on it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.events.catalogue import WarningRaised
from app.events.emitting import emit
from app.events.envelope import Happened
from app.settings import Settings
from app.webhooks.credentials import drawn, packed
from app.webhooks.dispatching import Dispatcher
from app.webhooks.posting import Sends
from app.webhooks.sealing import SealingKeys
from app.webhooks.targets import SECRETS
from tests.service import NOON, change_of

_ENDPOINT = text("""
INSERT INTO webhook_endpoint (id, url, description, types, secrets, public_key, state, concurrency, failures,
  created_at, created_by, revision, updated_at)
VALUES (:id, :url, '', :types, :secrets, '', 'active', :concurrency, 0, :now, 'test', 1, :now)
""")
_HANG_UP = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
""")


class Office:
    def __init__(self, settings: Settings, sessions: Sessions, clock: ManualClock) -> None:
        self.settings, self.sessions, self.clock = settings, sessions, clock
        self._keys = SealingKeys(*settings.webhook_seeds)

    def dispatcher(self, sender: Sends | None = None) -> Dispatcher:
        return Dispatcher(self.sessions, self.clock, self.settings, sender=sender)

    async def dispatched(self) -> None:
        """Have a dispatcher do what waits now."""
        dispatcher = self.dispatcher()
        await dispatcher.do_waiting()
        await dispatcher.close()

    async def endpoint(self, url: str, *types: str, concurrency: int = 4) -> UUID:
        endpoint_id = uuid4()
        secrets = self._keys.seal(endpoint_id, SECRETS, packed([drawn()]))
        row = {"id": endpoint_id, "url": url, "types": list(types), "secrets": secrets, "concurrency": concurrency}
        await self.say(_ENDPOINT, **row, now=self.clock.now())
        return endpoint_id

    async def tell(self, *names: str) -> list[UUID]:
        """Tell of something for each of these clients."""
        now = self.clock.now()
        happened = [
            Happened(WarningRaised(client_id=each, rulebook="r", warning="w", on=NOON.date()), (each,), now, each)
            for each in names
        ]
        async with self.sessions.begin() as session:
            return await emit(change_of(session, now=now), happened)

    async def say(self, statement: Any, **values: Any) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(statement) if isinstance(statement, str) else statement, values)

    async def ask(self, statement: str, **values: Any) -> list[Any]:
        async with self.sessions.begin() as session:
            return [*(await session.execute(text(statement), values)).all()]

    async def one(self, statement: str, **values: Any) -> Any:
        [row] = await self.ask(statement, **values)
        return row

    async def hang_up(self) -> None:
        """Break every other connection to the database."""
        async with self.sessions.begin() as session:
            await session.execute(text("SET LOCAL ROLE NONE"))
            await session.execute(_HANG_UP)

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return {row.state: row.count for row in await self.ask("SELECT state, count(*) FROM delivery GROUP BY state")}

    async def until_next(self) -> None:
        """Move the clock to when the next delivery is to be tried, or its receiver is left in peace no longer."""
        row = await self.one(
            "SELECT min(GREATEST(next_at, resume_at, lease_until)) AS at FROM delivery "
            "JOIN webhook_endpoint AS endpoint ON endpoint.id = endpoint_id WHERE delivery.state = 'pending'"
        )
        self.clock.advance(max(row.at - self.clock.now(), timedelta()))
