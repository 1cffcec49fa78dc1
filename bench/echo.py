"""The yardstick for `POST /v1/score`: a bare FastAPI that gives each request the answer that Tierbook gave.

It reads the same JSON and writes the same JSON, on the same event loop and parser, and does nothing else: no key, no
limits, no ids, no log, no metrics, no decision. Its answers are ready-made.

`echo` says what it returns, and FastAPI then writes JSON by Pydantic: its fast way, and our yardstick. `echo_untyped`
does not, as many applications do not; FastAPI then takes the answer apart in Python first.

    python -m bench.echo PORT ANSWERS.json
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

app = FastAPI()
answers: dict[str, dict[str, Any]] = {}


@app.post("/v1/score")
async def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Answer."""
    return answers[body["rulebook"]]


@app.post("/untyped")
async def echo_untyped(body: dict[str, Any]):  # type: ignore[no-untyped-def]  # noqa: ANN201  that is the point
    """Answer."""
    return answers[body["rulebook"]]


if __name__ == "__main__":
    answers |= json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
