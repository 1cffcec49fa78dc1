"""Eight processes sweep the same reviews, all due at one moment, and one of them freezes in the middle of it.

It is frozen where one of its transactions is open, so that it holds rows, and it thaws after everybody else has long
gone on: what it held was taken by others, and what it writes then is of no consequence. Receivers may get again what it
had sent when it froze, as many as may be on their way at once.
"""

import random
import threading
from typing import Final

from app.clock import SystemClock
from chaos.bank import UNITS, have_reviews_fall_due
from chaos.processes import Process
from chaos.promises import Promise, at_most, exactly, none_of
from chaos.reckoning import TOLD, reckoned, said
from chaos.sizes import Sizes
from chaos.stage import Stage, soon, staged

_PROCESSES: Final = 8
_AT_ONCE: Final = 16
_DRAINED_S: Final = 300.0
_SETTLES_S: Final = 0.15
_SURE_S: Final = 3.0
"""After which a transaction that did nothing more is taken for that of the frozen one: others go on before."""

_AFTERWARDS_S: Final = 20.0
"""For whatever the thawed process still has in mind to be done: an attempt takes fifteen seconds at most."""
_TRIES: Final = 100
_HELD: Final = """
SELECT pid, state_change FROM pg_stat_activity
WHERE state = 'idle in transaction' AND state_change < clock_timestamp() - interval '100 ms'
  AND pid IN (SELECT pid FROM pg_locks WHERE relation = 'due'::regclass AND mode LIKE 'Row%Lock')
"""
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
        threading.Event().wait((moment - SystemClock().now()).total_seconds())
        victim = chance.choice(stage.processes)
        caught, waiting = _freeze(stage, victim)
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


def _freeze(stage: Stage, victim: Process) -> tuple[bool, int]:
    """Freeze it until it holds rows of what falls due; whether that was seen, and how many waited then."""
    pause = threading.Event()
    with stage.connect() as connection:
        for _ in range(_TRIES):
            victim.freeze()
            pause.wait(_SETTLES_S)
            if held := set(connection.execute(_HELD).fetchall()):
                pause.wait(_SURE_S)
            waiting = stage.ask(_WAITING)
            still = held.intersection(connection.execute(_HELD).fetchall())
            if still or not waiting:
                return bool(still), waiting
            victim.thaw()
            pause.wait(_SETTLES_S / 10)
    return False, 0


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
