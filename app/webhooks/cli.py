"""`tierbook webhooks`: what operations do about webhooks. Speaks to the database, not to the service."""

import getpass
from typing import Final, NoReturn

import typer

from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError, in_database
from app.settings import Settings, SettingsError, read_settings
from app.trail.actor import Actor
from app.trail.change import Change
from app.webhooks.resealing import Resealed, reseal
from app.webhooks.sealing import SealingKeys

_BROKEN: Final = 1
_NOT_POSSIBLE: Final = 2
_EXAMPLE: Final = """\
Example:

\b
  $ export TIERBOOK_WEBHOOK_KEY_PREVIOUS=$TIERBOOK_WEBHOOK_KEY
  $ export TIERBOOK_WEBHOOK_KEY=$(openssl rand -base64 32)
  $ tierbook webhooks reseal      # once every replica has both
  12 webhooks sealed anew, 0 were already
"""

app = typer.Typer(
    help="Keep the secrets of webhooks (推送).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _group() -> None:
    """Keep the secrets of webhooks (推送)."""


@app.command("reseal", epilog=_EXAMPLE)
def reseal_all() -> None:
    """Seal the secrets of all webhooks under TIERBOOK_WEBHOOK_KEY (重新加密).

    What is sealed under TIERBOOK_WEBHOOK_KEY_PREVIOUS is opened with it; afterwards that one is needed no more. It is
    written into the trail.

    Exit codes: 0 done, 1 some are sealed under a key that is not here and stay so, 2 nothing could be done.
    """
    try:
        settings = read_settings()
        done = in_database(settings, lambda sessions: _resealed(settings, sessions))
    except (SettingsError, DatabaseUnusableError) as error:
        _fail(str(error), _NOT_POSSIBLE)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), _NOT_POSSIBLE)
    typer.echo(f"{done.anew} webhooks sealed anew, {done.already} were already")
    if done.broken:
        _fail(f"{done.broken} are sealed under a key that is not here: they cannot be sent to", _BROKEN)


async def _resealed(settings: Settings, sessions: Sessions) -> Resealed:
    clock = SystemClock()
    actor = Actor(f"cli:{getpass.getuser()}")
    async with sessions.begin() as session:
        change = Change(session, actor, clock.now(), clock.today(settings.timezone), settings.timezone)
        return await reseal(change, SealingKeys(*settings.webhook_seeds))


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"tierbook webhooks: {message}", err=True)
    raise typer.Exit(code)
