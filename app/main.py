"""The application: what it is made of, what it starts, what it stops."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from app.access.cache import KeyCache
from app.access.keys import ServerSecret
from app.api import DESCRIPTION, ROUTERS, TAGS
from app.audit.metrics import measure
from app.audit.sealer import Sealer
from app.background import begin, end
from app.clock import Clock, SystemClock
from app.coverage.known_terms import Desk, KnownTerms
from app.coverage.obligations.deriving import derive
from app.coverage.upkeep import Means, Upkeep
from app.db.engine import Sessions, open_engine, open_sessions
from app.db.failures import DatabaseMayBeAway
from app.db.hinting import Hints, listen
from app.db.singly import Singly
from app.events.sequencing import Sequencer
from app.events.told import tell_of_webhooks
from app.exits.proposing import propose_triggered
from app.falling_due import handlers
from app.housekeeping import Housekeeping
from app.http.metrics import RequestMetrics
from app.http.openapi import Application
from app.http.problems import HANDLERS
from app.http.shell import Shell
from app.ledger.keeping import LedgerKeeper
from app.ledger.sides import SIDES
from app.organisation.acting import check_serves
from app.organisation.calendar_keeper import CalendarKeeper
from app.portfolio.carrying import LastList
from app.portfolio.job import Shop
from app.portfolio.lookout import Lookout
from app.reviews.catching_up import CatchingUp
from app.reviews.planning import Planner
from app.rulebooks.registry import Registry
from app.scheduler.skew import skew_s
from app.scheduler.sweeping import Sweeper
from app.scheduler.ticking import Chores, Ticking
from app.scheduler.watching import Watch
from app.settings import Settings
from app.standing.judges import Judges
from app.standing.staleness import watch_facts
from app.tiering.decider import Deciders
from app.trail.waking import DUE, TOLD, Waking
from app.webhooks.addresses import Allowed
from app.webhooks.dispatching import Dispatcher
from app.webhooks.guard import AddressGuard
from app.webhooks.metrics import DeliveryMetrics
from app.webhooks.resolving import SystemResolver
from app.webhooks.straying import put_right

_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
_TELEMETRY: Final[TelemetryConfig] = {"auto_configure": True, "logs": False}
"""Our logs go their own way; what is exported, and where to, the OTEL_ variables say."""


def create_app(settings: Settings, *, clock: Clock | None = None, routers: Sequence[APIRouter] = ROUTERS) -> FastAPI:
    """Build the application. It opens nothing: the database is met when the first request needs it.

    `app.state` holds what requests share: `settings`, `clock`, `engine`, `sessions`, `singly`, `keys`, `rulebooks`,
    `deciders`, `judges`, `followers` (what else happens when a client was assessed), `vouch` (raises where the
    person who acts is nobody), `waking` (who is woken by a commit), `known_terms` of coverage, `metrics`,
    `last_list` (of clients that carry a share), `address_guard` (vets where webhooks go), and `draining`, which
    whoever stops the server sets first, so that `/readyz` sends traffic elsewhere; and what runs beside them:
    `sealer`, `lookout`, `upkeep` of coverage, `housekeeping`, `calendar_keeper`, `ticking` with its `watch` and
    `handlers`, the `sequencer` of the feed, the keeper of the `ledger`, `catching_up` with reviews, the
    `dispatcher` with its metrics of `deliveries`, and `hints` and `due_hints` to other processes.
    """
    clock = clock or SystemClock()
    metrics = RequestMetrics()
    app = Application(
        title="Tierbook",
        version=version("tierbook"),
        description=DESCRIPTION,
        openapi_tags=list(TAGS),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        exception_handlers=dict(HANDLERS),
        middleware=[Middleware(Shell, metrics=metrics, clock=clock)],
        lifespan=_lifespan,
        telemetry=_TELEMETRY if settings.telemetry else _NO_TELEMETRY,
    )
    _share(app, settings, clock, metrics)
    tell_of_webhooks(app.webhooks)
    for router in routers:
        app.router.routes.extend(router.routes)  # include_router would match each request twice: 14 µs
    return app


def _share(app: FastAPI, settings: Settings, clock: Clock, metrics: RequestMetrics) -> None:
    """Put into `app.state` what requests share, and what runs beside them."""
    state, engine = app.state, open_engine(settings)
    state.settings, state.clock, state.metrics = settings, clock, metrics
    state.engine, state.sessions, state.singly = engine, open_sessions(engine), Singly(engine)
    state.close = engine.dispose  # of what runs beside the requests, whatever these are given in a test
    known_secrets = [ServerSecret(each) for each in settings.peppers]
    grace = timedelta(seconds=settings.key_offline_grace)
    state.keys = KeyCache(state.sessions, known_secrets, clock, grace)
    state.rulebooks = Registry(state.sessions)
    state.deciders = Deciders(state.rulebooks)
    state.judges = Judges(state.rulebooks)
    state.waking = Waking()
    state.followers = (propose_triggered, derive, watch_facts, Planner(settings.calendar).follow)
    state.known_terms = KnownTerms()
    state.vouch = check_serves
    state.sealer = Sealer(state.sessions, clock, settings)
    measure(metrics.registry, state.sealer, clock)
    shop = Shop(state.judges, state.followers, settings.timezone)
    state.lookout = Lookout(state.sessions, clock, shop)
    desk = Desk(state.known_terms, state.rulebooks, settings.calendar)
    state.upkeep = Upkeep(state.sessions, clock, Means(state.judges, desk, settings.timezone))
    state.handlers = handlers(state.judges, state.followers, state.upkeep)
    state.housekeeping = Housekeeping(state.sessions, clock, settings)
    state.calendar_keeper = CalendarKeeper(state.sessions, clock, settings)
    state.last_list = LastList()
    state.address_guard = AddressGuard(Allowed.read(settings.webhook_allow), SystemResolver())
    _share_ticking(app, settings, clock)
    _share_sending(app, settings, clock)
    state.draining = False


def _share_ticking(app: FastAPI, settings: Settings, clock: Clock) -> None:
    """What orders the feed, what looks at what falls due, and what watches that."""
    state = app.state
    sessions: Sessions = state.sessions
    sweeper = Sweeper(sessions, clock, settings.timezone, state.handlers, state.waking)
    registry = state.metrics.registry
    state.sequencer = Sequencer(sessions, clock)
    state.sequencer.listen(state.waking)
    state.sequencer.measure(registry)
    state.watch = Watch(registry, clock)
    state.ledger = LedgerKeeper(sessions, registry, SIDES)
    state.catching_up = CatchingUp(sessions, clock, state.judges, Planner(settings.calendar), settings.timezone)

    async def look_after() -> None:
        state.watch.skewed(await skew_s(sessions, clock))
        await put_right(sessions, clock)

    async def keep_house() -> None:
        with DatabaseMayBeAway():
            await state.catching_up.once()
        await state.ledger.look_through()

    def wake() -> None:
        state.waking.wake({TOLD: clock.now()})

    state.ticking = Ticking(sweeper, clock, state.watch, Chores(wake, keep_house, look_after))
    state.ticking.listen(state.waking)
    state.due_hints = Hints(settings, DUE)
    state.waking.on(DUE, lambda _: state.due_hints.give())


def _share_sending(app: FastAPI, settings: Settings, clock: Clock) -> None:
    """What sends events to their receivers, here and, by a hint, in other processes."""
    state = app.state
    state.deliveries = DeliveryMetrics(state.metrics.registry, state.sessions, clock)
    state.dispatcher = Dispatcher(state.sessions, clock, settings, metrics=state.deliveries)
    state.hints = Hints(settings, TOLD)
    state.waking.on(TOLD, lambda _: state.dispatcher.wake())
    state.waking.on(TOLD, lambda _: state.hints.give())


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Run what runs beside the requests; at the end write what must not be lost."""
    state = app.state
    state.draining = False
    await state.rulebooks.refresh_if_reachable()
    background = [
        begin("keys", state.keys.run),
        begin("rulebooks", state.rulebooks.run),
        begin("sealer", state.sealer.run),
        begin("housekeeping", state.housekeeping.run),
        begin("calendar", state.calendar_keeper.run),
        begin("runs", state.lookout.run),
        begin("hints", state.hints.run),
        begin("due hints", state.due_hints.run),
        begin("feed", state.sequencer.run),
    ]
    if state.settings.role == "all":
        background += [
            begin("coverage", state.upkeep.run),
            begin("scheduler", state.ticking.run),
            begin("hearing of what falls due", partial(listen, state.settings, DUE, state.ticking.look)),
            begin("dispatcher", state.dispatcher.run),
            begin("queue", state.deliveries.run),
        ]
    try:
        yield
    finally:
        state.draining = True
        await state.dispatcher.stop()
        await end(background)
        await state.keys.flush_uses()
        await state.sealer.finish()
        await state.close()
