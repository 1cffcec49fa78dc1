"""`tierbook keys`: make, list, rotate and revoke the keys of the API. Speaks to the database, not to the service."""

import getpass
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Final, NoReturn, TypeVar

import typer
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import service, verifying
from app.access.guard import PERSON
from app.access.key_list import as_json, as_table, moment
from app.access.keys import ServerSecret
from app.access.scopes import DESCRIPTIONS, Scope
from app.access.service import KeyNotFoundError, KeyOrder, KeyStateError, NewKey
from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError, in_database
from app.kernel.cadence import PeriodError, parse_period
from app.settings import Settings, SettingsError, read_settings

_SCOPES: Final = "\n".join(f"\b\n  {scope.value:<18} {DESCRIPTIONS[scope]}" for scope in Scope)
_NOBODY: Final = text(
    "SELECT EXISTS (SELECT FROM officer) AND NOT EXISTS (SELECT FROM officer WHERE id = :person)"
)  # by name: the organisation lies above
_Result = TypeVar("_Result")
_Work = Callable[[AsyncSession, ServerSecret, datetime], Awaitable[_Result]]

app = typer.Typer(
    help="Make, list, rotate and revoke API keys (密钥). A key is shown once, when it is made.",
    no_args_is_help=True,
)

Reference = Annotated[str, typer.Argument(metavar="KEY", help="the key's name, prefix (tb_…) or id: see `keys list`")]


@app.command(
    epilog="Example: tierbook keys create --name crm-front-end --scope score:run --scope rulebooks:read",
    help=f"Make a key (新建密钥). Standard output gets the key alone.\n\nScopes:\n\n{_SCOPES}",
)
def create(
    name: Annotated[str, typer.Option("--name", "-n", help="who will use it, as `crm-front-end`; no secret")],
    scope: Annotated[
        list[Scope], typer.Option("--scope", "-s", help="what it may do; for several: -s clients:read -s facts:write")
    ],
    expires: Annotated[
        str, typer.Option(help="after how long it ends: P90D, P6M, P1Y; or `never`", metavar="PERIOD")
    ] = "P1Y",
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="fence it in: it sees this unit and below; else the whole bank")
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="STAFF", help="the number of the member of staff whose key it is, if anyone's")
    ] = None,
) -> None:
    """Make a key."""
    _check_person(person)

    async def work(session: AsyncSession, secret: ServerSecret, now: datetime) -> NewKey:
        await _check_secret(session, now)
        await _check_officer(session, person)
        order = KeyOrder(name, frozenset(scope), _expiry(expires, now), _me(), unit, person)
        made = service.create(session, secret, now, order)
        await _check_unit(session, unit)
        return made

    _hand_over(_in_database(work))


@app.command("list")
def list_keys(*, json: Annotated[bool, typer.Option("--json", help="for programs")] = False) -> None:
    """List every key there ever was, the newest first (列出密钥). Shows no secret: there is none to show."""

    async def work(session: AsyncSession, _: ServerSecret, now: datetime) -> str:
        found = await service.listed(session)
        return as_json(found, now) if json else as_table(found, now, _settings().timezone)

    sys.stdout.write(_in_database(work))


@app.command()
def rotate(
    key: Reference,
    overlap: Annotated[
        int, typer.Option(min=0, max=24 * 90, metavar="HOURS", help="how long the old key goes on working")
    ] = 24,
) -> None:
    """Replace a key by a new one with the same name and scopes (轮换密钥).

    The old one goes on working for the overlap, so that whoever uses it can change over; then it ends by itself.
    """

    async def work(session: AsyncSession, secret: ServerSecret, now: datetime) -> NewKey:
        await _check_secret(session, now)
        return await service.rotate(session, secret, key, now, timedelta(hours=overlap), by=_me())

    new = _in_database(work)
    typer.echo(f"The old key ends in {overlap} h.", err=True)
    _hand_over(new)


@app.command()
def revoke(key: Reference) -> None:
    """Stop a key for good (吊销密钥). It stops everywhere within 60 seconds; this cannot be undone.

    By its name, the keys that it replaced stop with it; by its prefix or id, it alone does.
    """

    async def work(session: AsyncSession, _: ServerSecret, now: datetime) -> list[str]:
        return [each.prefix for each in await service.revoke(session, key, now, by=_me())]

    for prefix in _in_database(work):
        typer.echo(f"{prefix} is revoked; every replica refuses it within 60 seconds.", err=True)


async def _check_secret(session: AsyncSession, now: datetime) -> None:
    """A key that is made under another secret than the service's works nowhere."""
    secrets = [ServerSecret(each) for each in _settings().peppers]
    if await verifying.made_under_another_secret(session, secrets, now):
        _fail("this database's keys were made under another secret: set TIERBOOK_KEY_SECRET to the service's")


async def _check_unit(session: AsyncSession, unit: str | None) -> None:
    """Write the key now, so that a unit that does not exist is told by its name."""
    try:
        await session.flush()
    except IntegrityError:
        _fail(f"there is no unit {unit}: import the organisation first, see `tierbook import --help`")


async def _check_officer(session: AsyncSession, person: str | None) -> None:
    """A key of nobody acts for nobody; before there are officers, whose key it is cannot be looked up."""
    if person is not None and await session.scalar(_NOBODY, {"person": person}):
        _fail(f"--person {person}: there is no officer of this number, see GET /v1/officers")


def _check_person(person: str | None) -> None:
    if person is not None and not re.fullmatch(PERSON, person):
        _fail(f"--person {person}: write a staff number of letters, digits, dots, @, - and _, at most 64")


def _me() -> str:
    return f"cli:{getpass.getuser()}"


def _hand_over(new: NewKey) -> None:
    until = "never" if new.key.expires_at is None else moment(new.key.expires_at, _settings().timezone)
    typer.echo(f"{new.key.name}: {', '.join(new.key.scopes)}; expires: {until}", err=True)
    typer.echo("This key is shown once. Keep it where secrets are kept (仅显示一次，请妥善保存):", err=True)
    typer.echo(new.token)


def _expiry(text: str, now: datetime) -> datetime | None:
    if text == "never":
        return None
    try:
        return datetime.combine(parse_period(text).after(now.date()), now.timetz())
    except (PeriodError, ValueError, OverflowError):
        _fail(f"--expires {text}: write P90D, P6M, P1Y or never")


def _in_database(work: _Work[_Result]) -> _Result:
    """Run `work` in a transaction on the database of DATABASE_URL, or the embedded one, started if need be."""
    settings = _settings()

    async def transaction(sessions: Sessions) -> _Result:
        async with sessions.begin() as session:
            return await work(session, ServerSecret(settings.pepper), SystemClock().now())

    with _plain_errors():
        return in_database(settings, transaction)


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        _fail(str(error))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what can go wrong into one line that says what to do."""
    try:
        yield
    except (KeyNotFoundError, KeyStateError, DatabaseUnusableError, ValueError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"the key secret cannot be read or kept: {error.strerror}; set TIERBOOK_KEY_SECRET or TIERBOOK_HOME")


def _fail(message: str) -> NoReturn:
    typer.echo(f"tierbook: {message}", err=True)
    raise typer.Exit(1)
