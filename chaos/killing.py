"""Processes are killed at any moment while reviews fall due, and started again.

A server and two workers sweep, emit and deliver. Every review's moment lies somewhere in the run; so does every kill,
of whichever process. Besides, somebody asks the server again and again to ping a receiver: whatever it answers to is
promised. An event may come again where the process that sent it died before it could write that down: no more of them
at a kill than may be on their way to all receivers at once.
"""

import random
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self

import httpx2

from app.clock import SystemClock
from chaos.bank import UNITS, have_reviews_fall_due
from chaos.promises import Promise, at_most, exactly, none_of
from chaos.reckoning import reckoned, said
from chaos.sizes import Sizes
from chaos.stage import Stage, soon, staged

_WORKERS: Final = 2
_AT_ONCE: Final = 8
_DRAINED_S: Final = 300.0
_PING_EVERY_S: Final = 0.1


def kill(sizes: Sizes, chance: random.Random) -> list[Promise]:
    """Run the scenario."""
    with staged(_WORKERS) as stage:
        webhooks = [stage.register(f"good/B{unit}", f"B{unit}", _AT_ONCE) for unit in range(1, UNITS + 1)]
        start = soon()
        with stage.connect() as connection:
            have_reviews_fall_due(connection, "K", sizes.events, start, sizes.kills_s)
        with _Caller(stage, webhooks[0]) as caller:
            victims = _kill_them(stage, sizes, chance)
        for process in stage.processes:
            process.wait_ready()
        drained = stage.wait_delivered(_DRAINED_S)
        return _found(stage, sizes, caller, victims, drained=drained)


def _kill_them(stage: Stage, sizes: Sizes, chance: random.Random) -> list[str]:
    clock, pause = SystemClock(), threading.Event()
    began = soon()
    victims = []
    for at in sorted(chance.uniform(0, sizes.kills_s) for _ in range(sizes.kills)):
        pause.wait(max(0.0, (began + timedelta(seconds=at) - clock.now()).total_seconds()))
        victim = chance.choice(stage.processes)
        victim.kill()
        victim.start()
        victims.append(victim.name)
        if len(victims) % 10 == 0:
            print(f"  {len(victims)} kills", flush=True)
    return victims


def _found(stage: Stage, sizes: Sizes, caller: "_Caller", victims: list[str], *, drained: bool) -> list[Promise]:
    tally = stage.inbox.tally()
    taken = {each.id for each in stage.inbox.arrivals}
    most = len(victims) * UNITS * _AT_ONCE
    pings = stage.ask("SELECT count(*) FROM event WHERE type = 'tierbook.webhook.ping.v1'")
    return [
        Promise("kills", f"{len(victims)}, of the server {victims.count('serve')}", len(victims) == sizes.kills),
        Promise("everything was delivered in the end", "yes" if drained else "no", drained),
        exactly("events that a receiver took", tally.came, sizes.events + pings),
        none_of("events lost that the server had answered for", len(caller.answered - taken)),
        Promise("… of so many that it answered for", f"{len(caller.answered):,}"),
        at_most("deliveries made again: kills × what may be on its way", tally.repeated, most),
        none_of("events with two bodies", tally.altered),
        none_of("deliveries that are not genuine", tally.forged),
        *reckoned(stage, sizes.events),
        said(stage),
    ]


@dataclass
class _Caller:
    """Asks the server for pings, and notes those that it answered for."""

    stage: Stage
    webhook: str
    answered: set[str] = field(default_factory=set)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(_PING_EVERY_S):
            try:
                self.answered.add(self.stage.call("POST", f"/v1/webhooks/{self.webhook}/ping")["event_id"])
            except httpx2.HTTPError:
                continue  # it was killed, or is not back yet
