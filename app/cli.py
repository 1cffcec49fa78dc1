"""`tierbook`: one command, sub-commands by feature."""

import gc
import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

_FEATURES = {
    "audit": "app.audit.cli",
    "calendar": "app.organisation.cli",
    "demo": "app.story.cli",
    "import": "app.importing.cli",
    "keys": "app.access.cli",
    "listen": "app.receiver.cli",
    "ledger": "app.ledger.cli",
    "replay": "app.standing.cli",
    "rulebook": "app.rulebooks.cli",
    "score": "app.tiering.cli",
    "webhooks": "app.webhooks.cli",
}

_ENVIRONMENT = """\b
Environment:
  HOST, PORT                    where to listen: 127.0.0.1, 8000
  DATABASE_URL                  postgresql://…, 15 or later; none: embedded
  TIERBOOK_DATABASE_POOL        connections per process: 10
  TIERBOOK_PREPARED_STATEMENTS  false behind an old PgBouncer
  TIERBOOK_HOME                 what is kept between starts: ./var
  TIERBOOK_KEY_SECRET           what keys are hashed under; drawn and kept in
                                TIERBOOK_HOME, but several replicas need one
  TIERBOOK_KEY_OFFLINE_GRACE    seconds that a verified key works on while the
                                database is away: 3600
  TIERBOOK_KEY_SECRET_PREVIOUS  the one before, while its keys are rotated
  TIERBOOK_BOOTSTRAP_KEY        presets the first administrator key
  TIERBOOK_AUDIT_KEY            base64 of the 32 bytes that sign checkpoints of
                                the audit trail; drawn and kept in
                                TIERBOOK_HOME, but several replicas need one
  TIERBOOK_AUDIT_CHECKPOINTS    where they are kept: TIERBOOK_HOME/checkpoints
  TIERBOOK_WEBHOOK_KEY          base64 of the 32 bytes that secrets of webhooks are
                                sealed under; drawn and kept in TIERBOOK_HOME,
                                but several replicas need one
  TIERBOOK_WEBHOOK_KEY_PREVIOUS the one before, until `tierbook webhooks reseal`
  TIERBOOK_WEBHOOK_ALLOW        hosts inside the bank that webhooks may go to:
                                crm.bank.internal,.apps.internal,10.1.0.0/16
  TIERBOOK_TIMEZONE             of business dates: Asia/Shanghai
  TIERBOOK_CALENDAR             the country whose working days count: CN
  TIERBOOK_VISITS_PER_DAY       that an officer can make on a working day, for capacity and plans: 4
  TIERBOOK_ROLE                 api: as --no-scheduler; else all
  TIERBOOK_EVENT_RETENTION_DAYS days that events are kept, and what became of
                                telling them: 90
  TIERBOOK_TELEMETRY            true: OpenTelemetry, to OTEL_EXPORTER_OTLP_ENDPOINT
  TIERBOOK_DRAIN_SECONDS        /readyz fails so long after SIGTERM: 0
  LOG_LEVEL                     debug, info, warning, error
  TIERBOOK_LOG_FORMAT           auto, console, json
"""


class _Features(TyperGroup):
    """Imports a feature's commands when they are asked for: `serve` is to hear Ctrl-C before the slow imports."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name our own commands, then the features'."""
        return [*super().list_commands(ctx), *_FEATURES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find our own command, or a feature's."""
        if cmd_name not in _FEATURES:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(importlib.import_module(_FEATURES[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="tierbook",
    cls=_Features,
    help="Scores and tiers a bank's clients by published rulebooks, and says who owes them attention.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command(epilog=_ENVIRONMENT)
def serve(
    no_scheduler: Annotated[
        bool, typer.Option("--no-scheduler", help="leave what falls due or behind, and sending, to `tierbook worker`")
    ] = False,
) -> None:
    """Serve the API on HOST and PORT (127.0.0.1:8000).

    Without DATABASE_URL it starts a PostgreSQL of its own below TIERBOOK_HOME (./var). It brings the schema up to date,
    publishes the shipped rulebooks, and the first time prints an administrator key. Ctrl-C stops everything.

    It also looks at what falls due and sends events, as any number of others on the same database may. For processes
    that do only that, or nothing of it, see `tierbook worker`.

    Exit codes: 0 stopped as asked, 1 could not start (one line says why), 2 a setting is wrong.
    """
    from app.serve.signals import leave_quietly

    leave_quietly()  # before the imports below, which take longest
    gc.disable()  # what they make stays: looking through it for garbage takes a fifth of the time
    from app.serve.start import main

    raise typer.Exit(main(ticks=not no_scheduler))


_WORKER = """\b
Example, with requests and what ticks apart:
  $ export DATABASE_URL=postgresql://tierbook:secret@db/tierbook
  $ tierbook serve --no-scheduler        # or TIERBOOK_ROLE=api
  $ tierbook worker --port 9100          # as many as you like
  $ curl http://127.0.0.1:9100/readyz
"""


@app.command(epilog=_WORKER)
def worker(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="answer /livez, /readyz and /metrics on HOST and this port")
    ] = None,
) -> None:
    """Look at what falls due, send events, and keep what is kept up by itself, without the API.

    Any number may run beside each other and beside `tierbook serve`: whatever is due is taken by one of them, once.
    The database is that of DATABASE_URL, or the embedded one of a service that runs on the same TIERBOOK_HOME. The
    settings are those of `tierbook serve`. Ctrl-C stops it.

    Exit codes: 0 stopped as asked, 1 could not start (one line says why), 2 a setting is wrong.
    """
    from app.serve.signals import leave_quietly

    leave_quietly()
    gc.disable()
    from app.serve.worker import main

    raise typer.Exit(main(port))


@app.command()
def openapi(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="write here instead of standard output")] = None,
) -> None:
    """Print the API's description, to generate clients from. Needs no database."""
    from app.serve.document import openapi_document

    text = openapi_document()
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
