"""`tierbook replay`: decide every stored assessment again, and say how many agree."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final

import typer
from sqlalchemy import select

from app.clients.reading import rows_of
from app.clients.refusals import ClientNotFound
from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError
from app.errors import Problem
from app.progress_bar import shown
from app.rulebooks.command_database import in_database
from app.rulebooks.refusals import RulebookNotFound
from app.rulebooks.registry import Registry
from app.settings import SettingsError, read_settings
from app.standing.judges import Judges
from app.standing.replaying import replay
from app.standing.tables import AssessmentRecord

_PIECE: Final = 1000
_SHOWN: Final = 20

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@dataclass(slots=True)
class _Tally:
    """How many decisions came out as stored, how many otherwise, how many could not be made again; a few are named."""

    counts: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)

    def add(self, record: AssessmentRecord, came_out: str, says: str = "") -> None:
        self.counts[came_out] += 1
        if says and len(self.named) < _SHOWN:
            about = f"{record.id} {record.client_id} {record.rulebook} as of {record.as_of}"
            self.named.append(f"{about} {says}")

    def lines(self) -> list[str]:
        identical, differ, unread = (self.counts[each] for each in ("identical", "differ", "unread"))
        replayed = f"{identical + differ:,} assessments replayed: {identical:,} identical, {differ:,} not"
        return [*self.named, replayed, *([f"{unread:,} not replayed: their version cannot be read"] if unread else [])]


@app.command(name="replay", epilog="Example: tierbook replay --rulebook strategic-clients")
def replay_all(
    rulebook: Annotated[
        str | None, typer.Option("--rulebook", "-r", help="only the decisions of this rulebook")
    ] = None,
    client: Annotated[str | None, typer.Option("--client", help="only those on this client, by the CRM's id")] = None,
) -> None:
    """Decide every stored assessment again (复算): by the same version, facts and standing, byte for byte.

    Exit codes: 0 all agree, 1 some do not or could not be replayed, the first 20 are named, or the database is not
    usable, 2 there is no such client or rulebook.
    """

    async def work(sessions: Sessions) -> _Tally:
        registry = Registry(sessions)
        await registry.refresh()
        await _check(sessions, registry, rulebook, client)
        return await _replayed(sessions, Judges(registry), rulebook, client)

    try:
        tally = in_database(read_settings(), SystemClock(), work)
    except (ClientNotFound, RulebookNotFound) as unknown:
        typer.echo(f"tierbook replay: {unknown.detail}", err=True)
        raise typer.Exit(2) from None
    except (DatabaseUnusableError, SettingsError, Problem) as error:
        typer.echo(f"tierbook replay: {error}", err=True)
        raise typer.Exit(1) from None
    for line in tally.lines():
        typer.echo(line)
    raise typer.Exit(1 if tally.counts["differ"] or tally.counts["unread"] else 0)


async def _check(sessions: Sessions, registry: Registry, rulebook: str | None, client: str | None) -> None:
    """Raise ClientNotFound or RulebookNotFound for one that there is not."""
    if rulebook is not None:
        registry.governs_since(rulebook, (), date.min)
    if client is not None:
        async with sessions() as session:
            if not await rows_of(session, [client], date.min):
                raise ClientNotFound(f"There is no client {client}.")


async def _replayed(sessions: Sessions, judges: Judges, rulebook: str | None, client: str | None) -> _Tally:
    tally = _Tally()
    with shown("replaying", counted=True) as bar:
        async for records in _pieces(sessions, client):
            for record in records:
                if rulebook in {None, record.rulebook}:
                    _judge_again(judges, record, tally)
            bar.advance(len(records))
    return tally


def _judge_again(judges: Judges, record: AssessmentRecord, tally: _Tally) -> None:
    try:
        judge = judges.by_digest(record.digest)
    except Problem as problem:
        tally.add(record, "unread", f"not replayed: {problem.detail}")
        return
    if replay(judge, record).identical:
        tally.add(record, "identical")
    else:
        tally.add(record, "differ", "differs")


async def _pieces(sessions: Sessions, client: str | None) -> AsyncIterator[Sequence[AssessmentRecord]]:
    """Every record, a thousand at a time by primary key: no statement's time grows with how many there are."""
    query = select(AssessmentRecord).order_by(AssessmentRecord.id).limit(_PIECE)
    query = query if client is None else query.where(AssessmentRecord.client_id == client)
    last = uuid.UUID(int=0)
    while True:
        async with sessions.begin() as session:
            records = (await session.scalars(query.where(AssessmentRecord.id > last))).all()
        if not records:
            return
        yield records
        last = records[-1].id
