"""Eight processes sweep the same reviews, all due at one moment, and one of them freezes in the middle of it.

It is frozen where one of its transactions is open, so that it holds rows, and it thaws after everybody else has long
gone on: what it held was taken by others, and what it writes then is of no consequence. Receivers may get again what it
had sent when it froze, as many as may be on their way at once.

A batch takes a tenth of a second, too short to be met by chance. So the endpoints' rows are held when the moment comes:
each process takes its batch and waits there, where its deliveries are checked against them. One is frozen, and the rows
are let go.
"""

import random
import threading
from datetime import timedelta
from typing import Final

from app.clock import SystemClock
from app.db.patience import wait_until
from chaos.bank import UNITS, have_reviews_fall_due
from chaos.processes import Process
from chaos.promises import Promise, at_most, exactly, none_of
from chaos.reckoning import TOLD, reckoned, said
from chaos.sizes import Sizes
from chaos.stage import Stage, soon, staged

_PROCESSES: Final = 8
_AT_ONCE: Final = 16
_DRAINED_S: Final = 300.0
_AHEAD: Final = timedelta(seconds=1)
"""Before the moment: nobody has anything to tell then."""
_GATHER_S: Final = 3.5
"""For all to wait for the endpoints: a second, until the moment comes, and less than their patience with a lock."""
_FOUND_S: Final = 10.0
_AFTERWARDS_S: Final = 20.0
"""For whatever the thawed process still has in mind to be done: an attempt takes fifteen seconds at most."""
_HOLD_ENDPOINTS: Final = "SELECT FROM webhook_endpoint FOR UPDATE"
_STOPPED: Final = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
_HOLDS: Final = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'
  AND state_change < clock_timestamp() - interval '3 s'
  AND pid IN (SELECT pid FROM pg_locks WHERE relation = 'due'::regclass AND mode LIKE 'Row%%Lock'))
"""
"""A transaction that did nothing for so long is that of the frozen process: others go on before."""
_WAITING: Final = "SELECT count(*) FROM due WHERE next_at IS NOT NULL AND kind = 'review'"
_KILLED: Final = "idle-in-transaction timeout"


def replicas(sizes: Sizes, chance: random.Random) -> list[Promise]:
    """Run the scenario."""
    with staged(_PROCESSES - 1) as stage:
        for unit in range(1, UNITS + 1):
            stage.register(f"good/B{unit}", f"B{unit}", _AT_ONCE)
        moment = soon()
        with stage.connect() as connection:
            have_reviews_fall_due(connection, "R", sizes.reviews, moment)
        threading.Event().wait((moment - _AHEAD - SystemClock().now()).total_seconds())
        victim = chance.choice(stage.processes)
        caught = _freeze(stage, victim)
        waiting = stage.ask(_WAITING)
        frozen = _thaw_after(stage, victim, sizes.frozen_s)
        drained = stage.wait_delivered(_DRAINED_S)
        return [
            Promise(f"{victim.name} was frozen in the middle", f"{waiting:,} reviews waited", caught),
            Promise("… and the others swept on meanwhile", f"{frozen:,} events then", frozen == sizes.reviews),
            Promise(
                "transactions that the database took from it", f"{(taken := stage.database.said(_KILLED))}", taken > 0
            ),
            Promise("everything was delivered in the end", "yes" if drained else "no", drained),
            *_told(stage, sizes),
        ]


def _freeze(stage: Stage, victim: Process) -> bool:
    """Freeze it when every process holds a batch of what falls due; whether it was seen to hold its own."""
    with stage.connect() as connection:
        with connection.transaction():
            connection.execute(_HOLD_ENDPOINTS)
            all_stopped = wait_until(lambda: stage.ask(_STOPPED) >= _PROCESSES, _GATHER_S)
            victim.freeze()
        return all_stopped and wait_until(lambda: bool(stage.ask(_HOLDS)), _FOUND_S, every=0.1)


def _thaw_after(stage: Stage, victim: Process, seconds: float) -> int:
    """Let it go on then; how many events there were already."""
    threading.Event().wait(seconds)
    told: int = stage.ask(TOLD)
    victim.thaw()
    victim.wait_ready()
    return told


def _told(stage: Stage, sizes: Sizes) -> list[Promise]:
    threading.Event().wait(_AFTERWARDS_S)
    tally = stage.inbox.tally()
    return [
        exactly("events that a receiver took", tally.came, sizes.reviews),
        at_most("deliveries made again: what was on its way", tally.repeated, UNITS * _AT_ONCE),
        none_of("events with two bodies", tally.altered),
        none_of("deliveries that are not genuine", tally.forged),
        *reckoned(stage, sizes.reviews),
        said(stage),
    ]
