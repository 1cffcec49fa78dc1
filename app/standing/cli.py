"""`tierbook replay`: decide every stored assessment again, and say how many agree."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Final

import typer
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError
from app.errors import Problem
from app.progress_bar import shown
from app.rulebooks.command_database import in_database
from app.rulebooks.registry import Registry
from app.settings import SettingsError, read_settings
from app.standing.judges import Judges
from app.standing.replaying import replay
from app.standing.tables import AssessmentRecord

_PIECE: Final = 1000
_SHOWN: Final = 20

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(name="replay", epilog="Example: tierbook replay --rulebook strategic-clients")
def replay_all(
    rulebook: Annotated[
        str | None, typer.Option("--rulebook", "-r", help="only the decisions of this rulebook")
    ] = None,
    client: Annotated[str | None, typer.Option("--client", help="only those on this client, by the CRM's id")] = None,
) -> None:
    """Decide every stored assessment again (复算): by the same version, facts and standing, byte for byte.

    Exit codes: 0 all agree, 1 some do not, and are named, or the database is not usable.
    """

    async def work(sessions: Sessions) -> tuple[Counter[str], list[str]]:
        registry = Registry(sessions)
        await registry.refresh()
        async with sessions() as session:
            return await _replayed(session, Judges(registry), rulebook, client)

    try:
        counts, differing = in_database(read_settings(), SystemClock(), work)
    except (DatabaseUnusableError, SettingsError, Problem) as error:
        typer.echo(f"tierbook replay: {error}", err=True)
        raise typer.Exit(1) from None
    for line in differing[:_SHOWN]:
        typer.echo(line)
    typer.echo(f"{counts.total():,} assessments replayed: {counts['identical']:,} identical, {counts['differ']:,} not")
    raise typer.Exit(1 if counts["differ"] else 0)


async def _replayed(
    session: AsyncSession, judges: Judges, rulebook: str | None, client: str | None
) -> tuple[Counter[str], list[str]]:
    chosen = [AssessmentRecord.rulebook == rulebook] if rulebook else []
    chosen += [AssessmentRecord.client_id == client] if client else []
    total = await session.scalar(select(func.count()).select_from(AssessmentRecord).where(*chosen)) or 0
    counts: Counter[str] = Counter()
    differing: list[str] = []
    with shown("replaying", total, counted=True) as bar:
        async for record in _records(session, chosen):
            same = replay(judges.by_digest(record.digest), record).identical
            counts["identical" if same else "differ"] += 1
            if not same:
                differing.append(f"{record.id} {record.client_id} {record.rulebook} as of {record.as_of} differs")
            bar.advance()
    return counts, differing


async def _records(session: AsyncSession, chosen: list[ColumnElement[bool]]) -> AsyncIterator[AssessmentRecord]:
    """Every record in turn, a thousand at a time in memory."""
    query = select(AssessmentRecord).where(*chosen).order_by(AssessmentRecord.assessed_at, AssessmentRecord.id)
    rows = await session.stream_scalars(query.execution_options(yield_per=_PIECE))
    async for record in rows:
        session.expunge(record)
        yield record
