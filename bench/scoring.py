"""`POST /v1/score` over HTTP, what the server holds in memory after 10,000 of them, and how soon it is ready."""

import json
import secrets
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import load
from bench.bodies import Body, bodies
from bench.report import Row, limit_row, ratio_row
from bench.servers import Server, bare_fastapi, tierbook
from bench.side_by_side import Rates, take_turns

REQUESTS: Final = 10_000
_TURN_S: Final = 0.5
"""Short turns and many: a neighbour's busy second then falls on both."""


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    key = secrets.token_hex(32)
    with TemporaryDirectory(prefix="tierbook-bench-") as folder:
        home = Path(folder) / "home"
        print("A new installation starts", flush=True)
        with tierbook(home, key) as server:
            first_s = server.ready_s
        print(f"  ready after {first_s:.1f} s; and once more", flush=True)
        with tierbook(home, key) as server:
            print(f"  ready after {server.ready_s:.1f} s", flush=True)
            rows, rates = _serving(server, key, Path(folder) / "answers.json")
    rows.append(Row("ready after, first start", "", f"{first_s:.1f} s"))
    rows.append(Row("ready after, later starts", "", f"{server.ready_s:.1f} s"))
    return rows, rates


def _serving(server: Server, key: str, answers: Path) -> tuple[list[Row], list[Rates]]:
    asked = bodies()
    answered = {body.rulebook: json.loads(server.answer(body, key)) for body in asked}
    answers.write_text(json.dumps(answered), encoding="utf-8")
    with bare_fastapi(answers) as echo, ProcessPoolExecutor(1, get_context("spawn")) as generator:
        for body in asked:
            assert json.loads(echo.answer(body, key)) == answered[body.rulebook]
        held = _warmed_up(generator, [server, echo], [body.request(key) for body in asked])
        rows, rates = _mixed(generator, server, echo, asked, key)
        rows += [_alone(generator, server, echo, body, key) for body in asked]
    return [*rows, limit_row(f"memory of the server after {REQUESTS:,} requests", held, "MiB", 150)], rates


def _warmed_up(generator: ProcessPoolExecutor, servers: list[Server], requests: list[bytes]) -> float:
    """Send each server 10,000 requests; the memory that the first then holds."""
    for each in servers:
        generator.submit(load.rate, each.port, requests, number=REQUESTS).result()
    held = servers[0].resident_mib
    print(f"POST /v1/score, {load.CONNECTIONS} connections\n  after {REQUESTS:,} requests: {held:.0f} MiB", flush=True)
    return held


def _mixed(
    generator: ProcessPoolExecutor, server: Server, echo: Server, asked: list[Body], key: str
) -> tuple[list[Row], list[Rates]]:
    requests = [body.request(key) for body in asked]
    ours, theirs = (_Target(generator, each, requests) for each in (server, echo))
    untyped = _Target(generator, echo, [body.request(key, "/untyped") for body in asked])
    rates = take_turns("a mix", 21, tierbook=ours.run, bare_FastAPI=theirs.run, bare_FastAPI_untyped=untyped.run)
    rows = [
        ratio_row("POST /v1/score, a mix of three", "bare FastAPI echo", rates[0].against(rates[1]), 0.6),
        ratio_row("… the same by processor time", "bare FastAPI echo", ours.by_processor.against(theirs.by_processor)),
        ratio_row("… the same", "bare FastAPI echo, untyped", rates[0].against(rates[2])),
    ]
    return rows, rates


def _alone(generator: ProcessPoolExecutor, server: Server, echo: Server, body: Body, key: str) -> Row:
    ours, theirs = (_Target(generator, each, [body.request(key)]) for each in (server, echo))
    rates = take_turns(body.rulebook, 11, tierbook=ours.run, bare_FastAPI=theirs.run)
    what = f"… {body.rulebook}, {len(server.answer(body, key)):,}-byte answers"
    return ratio_row(what, "bare FastAPI echo", rates[0].against(rates[1]), 0.6)


class _Target:
    """A server under a certain load."""

    def __init__(self, generator: ProcessPoolExecutor, server: Server, requests: list[bytes]) -> None:
        self.by_processor = Rates("", "by processor time")
        self._generator = generator
        self._server = server
        self._requests = requests

    def run(self) -> float:
        """Answers in a second; keeps those in a second of the server's own processor time, which no neighbour slows."""
        used = self._server.processor_s
        asked = self._generator.submit(load.rate, self._server.port, self._requests, seconds=_TURN_S)
        rate = asked.result()
        self.by_processor.each.append(rate * _TURN_S / (self._server.processor_s - used))
        return rate
