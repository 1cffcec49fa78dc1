"""What must hold at the end of every scenario, and what the processes said meanwhile."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import orjson

from chaos.promises import Promise, exactly, none_of
from chaos.stage import Stage

_GRAVE: Final = ("error", "critical")
TOLD: Final = "SELECT count(*) FROM event WHERE type = 'tierbook.review.due.v1'"
"""How many reviews were told of."""

_LEDGER: Final = """
SELECT count(*) FROM due_ledger JOIN due ON due.id = due_id WHERE kind = 'review' AND outcome = 'emitted'
"""
_TWICE: Final = "SELECT count(*) - count(DISTINCT (due_id, action, planned_at)) FROM due_ledger"
_FEED: Final = """
SELECT (SELECT count(*) FROM event_pending) + (SELECT COALESCE(max(sequence), 0) - count(*) FROM event_sequence)
  + (SELECT count(*) FROM event WHERE NOT EXISTS (SELECT FROM event_sequence WHERE event_id = event.id))
"""


def reckoned(stage: Stage, reviews: int) -> list[Promise]:
    """That so many reviews were told of once each, and that the books say the same."""
    return [
        exactly("every review that fell due is one event", stage.ask(TOLD), reviews),
        exactly("… and one line of the ledger", stage.ask(_LEDGER), reviews),
        none_of("lines of the ledger that stand twice", stage.ask(_TWICE)),
        none_of("gaps in the feed, or events without a place", stage.ask(_FEED)),
        _ledger(stage),
    ]


def _ledger(stage: Stage) -> Promise:
    program = str(Path(sys.executable).with_name("tierbook"))
    command = (program, "ledger")
    done = subprocess.run(command, env=os.environ | stage.environment, capture_output=True, text=True, check=False)
    lines = [" ".join(line.split()) for line in (done.stdout or done.stderr).splitlines()]
    return Promise("`tierbook ledger` adds up", "; ".join(lines), done.returncode == 0)


def said(stage: Stage) -> Promise:
    """What the processes called errors, by name and how often."""
    found: Counter[str] = Counter()
    for process in stage.processes:
        for line in process.said.splitlines():
            if '"level": "' in line or '"level":"' in line:
                entry = orjson.loads(line)
                if entry["level"] in _GRAVE:
                    found[" ".join(str(entry.get(each, "")) for each in ("event", "task", "job", "kind", "error"))] += 1
            elif line.startswith("Traceback"):
                found["Traceback"] += 1
    told = ", ".join(f"{' '.join(name.split())} {number}" for name, number in found.most_common(6))
    return Promise("errors that the processes logged", told or "none")
