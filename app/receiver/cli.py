"""`tierbook listen`: a receiver to develop against."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Final

import orjson
import typer
import uvicorn

from app.clock import SystemClock
from app.receiver.answering import Behaviour, Delivered, Receiver
from app.receiver.registration import NotRegisteredError, Service, registered
from app.receiver.verifying import Keys

_EXAMPLES: Final = """\
Examples:

\b
  # with TIERBOOK_WEBHOOK_ALLOW=127.0.0.1 in the service's environment
  $ tierbook listen --register http://127.0.0.1:8000 --key "$TIERBOOK_KEY"
  12:00:03  review.due         C-1      genuine         204
  12:00:04  tier.changed       C-1      genuine         204
  $ tierbook listen --secret whsec_… --delay 20          # too slow for any sender
  $ tierbook listen --secret whsec_… --status 500        # never content
  $ tierbook listen --secret whsec_… --fail-first 2      # content the third time

Exit codes: 0 stopped by Ctrl-C, 1 the service did not register it, 2 wrong usage.
"""
_SHORT: Final = ("tierbook.", ".v1")

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(epilog=_EXAMPLES)
def listen(
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0 takes any that is free")] = 9000,
    secret: Annotated[
        list[str] | None,
        typer.Option("--secret", "-s", envvar="TIERBOOK_WEBHOOK_SECRET", help="whsec_… or whpk_…; any number"),
    ] = None,
    register: Annotated[
        str | None, typer.Option("--register", help="register with the service at this URL, and leave it at the end")
    ] = None,
    key: Annotated[str, typer.Option("--key", envvar="TIERBOOK_KEY", help="a key with webhooks:write")] = "",
    types: Annotated[list[str] | None, typer.Option("--type", "-t", help="register for these alone")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="register for this unit and below")] = None,
    status: Annotated[int, typer.Option("--status", min=200, max=599, help="what genuine ones are answered")] = 204,
    delay: Annotated[float, typer.Option("--delay", min=0, help="seconds until it answers")] = 0.0,
    fail_first: Annotated[int, typer.Option("--fail-first", min=0, help="answer each 503 so often first")] = 0,
    whole: Annotated[bool, typer.Option("--json", help="print each event whole, a line each")] = False,
) -> None:
    """Receive events, for development: verify and print each delivery, and answer slowly or with errors on request."""
    try:
        Keys(secret or [])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--secret") from None
    if not secret and register is None:
        raise typer.BadParameter("give --secret, or --register a service", param_hint="--secret")
    with _bound(port) as bound:
        own = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        service = Service(register, key) if register else None
        try:
            with registered(service, own, types or [], unit) if service else nullcontext() as fresh:
                keys = Keys([*(secret or []), *([fresh] if fresh else [])])
                receiver = Receiver(lambda: keys, Behaviour(status, delay, fail_first), SystemClock(), _printer(whole))
                typer.echo(f"Listening on {own}; Ctrl-C ends it", err=True)
                _serve(receiver, bound)
        except NotRegisteredError as error:
            typer.echo(f"tierbook listen: {error}", err=True)
            raise typer.Exit(1) from None


def _serve(receiver: Receiver, bound: socket.socket) -> None:
    config = uvicorn.Config(receiver.app(), log_level="error", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[bound])


@contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    """Take the port; raises BadParameter where it is taken."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
        except OSError as error:
            raise typer.BadParameter(f"{port}: {error.strerror}", param_hint="--port") from None
        yield bound


def _printer(whole: bool) -> Callable[[Delivered], None]:
    clock = SystemClock()

    def line(each: Delivered) -> None:
        if whole:
            typer.echo(orjson.dumps(each.event))
            return
        at = clock.now().astimezone().strftime("%H:%M:%S")
        genuine = "genuine" if each.fault is None else f"NOT GENUINE: {each.fault}"
        again = f"  (time {each.time})" if each.time > 1 else ""
        typer.echo(
            f"{at}  {short(each.event):28} {each.event.get('subject', '-'):16} {genuine}  {each.answered}{again}"
        )

    return line


def short(event: dict[str, object]) -> str:
    """A type as people say it: `review.due`."""
    kind = str(event.get("type", "no event"))
    return kind.removeprefix(_SHORT[0]).removesuffix(_SHORT[1])
