"""`POST /v1/score` over HTTP, what the server holds in memory after 10,000 of them, and how soon it is ready."""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import load
from bench.bodies import Body, bodies
from bench.report import Row, limit_row, ratio_row
from bench.servers import Server, bare_fastapi, tierbook
from bench.side_by_side import Rates, Run, take_turns

REQUESTS: Final = 10_000
_MIX_S: Final = 2.0
_BODY_S: Final = 1.0


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    key = secrets.token_hex(32)
    with TemporaryDirectory(prefix="tierbook-bench-") as folder:
        home = Path(folder) / "home"
        print("The first start of a new installation", flush=True)
        with tierbook(home, key) as server:
            first_s = server.ready_s
        print(f"  ready after {first_s:.1f} s\nThe second start", flush=True)
        with tierbook(home, key) as server:
            print(f"  ready after {server.ready_s:.1f} s", flush=True)
            rows, rates = _serving(server, key, Path(folder) / "answers.json")
            starts = [
                Row("ready after, first start", "", f"{first_s:.1f} s"),
                Row("ready after, later starts", "", f"{server.ready_s:.1f} s"),
            ]
    return [*rows, *starts], rates


def _serving(server: Server, key: str, answers: Path) -> tuple[list[Row], list[Rates]]:
    asked = bodies()
    answered = {body.rulebook: json.loads(server.answer(body, key)) for body in asked}
    answers.write_text(json.dumps(answered), encoding="utf-8")
    with bare_fastapi(answers) as echo, ProcessPoolExecutor(1, get_context("spawn")) as generator:
        for body in asked:
            assert json.loads(echo.answer(body, key)) == answered[body.rulebook]
        rows, rates = _compared(generator, server, echo, asked, key)
    return rows, rates


def _compared(
    generator: ProcessPoolExecutor, server: Server, echo: Server, asked: list[Body], key: str
) -> tuple[list[Row], list[Rates]]:
    requests = [body.request(key) for body in asked]
    for each in (server, echo):
        generator.submit(load.rate, each.port, requests, number=REQUESTS).result()
    held = server.resident_mib
    print(f"POST /v1/score, {load.CONNECTIONS} connections\n  after {REQUESTS:,} requests: {held:.0f} MiB", flush=True)

    def turns(name: str, rounds: int, sent: Sequence[bytes], seconds: float) -> list[Rates]:
        def of(target: Server) -> Run:
            return lambda: generator.submit(load.rate, target.port, sent, seconds=seconds).result()

        return take_turns(name, rounds, tierbook=of(server), bare_FastAPI=of(echo))

    mixed = turns("a mix of three", 9, requests, _MIX_S)
    alone = [turns(body.rulebook, 5, [request], _BODY_S) for body, request in zip(asked, requests, strict=True)]
    rows = [
        ratio_row("POST /v1/score, a mix of three", "bare FastAPI echo", mixed[0].against(mixed[1]), 0.6),
        *(
            ratio_row(f"POST /v1/score, {body.rulebook}", "bare FastAPI echo", rates[0].against(rates[1]), 0.6)
            for body, rates in zip(asked, alone, strict=True)
        ),
        limit_row(f"memory of the server after {REQUESTS:,} requests", held, "MiB", 150),
    ]
    return rows, mixed
