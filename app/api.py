"""The route table."""

from typing import Final

from fastapi import APIRouter

import app.audit.routes as audit
import app.clients.assignment_routes as assignments
import app.clients.contact_routes as contacts
import app.clients.fact_routes as facts
import app.clients.routes as clients
import app.coverage.bulk_visits.routes as bulk_visits
import app.coverage.misses.routes as miss_reasons
import app.coverage.occasions.routes as occasions
import app.coverage.planning.routes as planning
import app.coverage.reports.routes as coverage
import app.coverage.visits.planned_routes as planned_visits
import app.coverage.visits.routes as visits
import app.events.routes as events
import app.exits.routes as exits
import app.organisation.calendar_routes as calendars
import app.organisation.closure_routes as closures
import app.organisation.leave_routes as leaves
import app.organisation.officer_routes as officers
import app.organisation.role_routes as roles
import app.organisation.unit_routes as units
import app.overview.forecast_routes as forecast
import app.overview.routes as overview
import app.portfolio.concentration_routes as concentration
import app.portfolio.routes as portfolio
import app.recognition.routes as recognition
import app.reviews.routes as reviews
import app.rulebooks.governance_routes as governance
import app.rulebooks.routes as rulebooks
import app.standing.override_routes as overrides
import app.standing.plan_routes as plans
import app.standing.routes as standing
import app.standing.warning_routes as warnings
import app.tiering.routes as tiering
import app.webhooks.delivery_routes as deliveries
import app.webhooks.routes as webhooks
from app.http import documentation, operations

ROUTERS: Final[tuple[APIRouter, ...]] = (
    tiering.router,
    planned_visits.router,
    visits.router,
    bulk_visits.router,
    rulebooks.router,
    governance.router,
    units.router,
    officers.router,
    roles.router,
    leaves.router,
    closures.router,
    calendars.router,
    clients.router,
    contacts.router,
    assignments.router,
    facts.router,
    overview.router,
    standing.router,
    warnings.router,
    plans.router,
    overrides.router,
    recognition.router,
    exits.router,
    coverage.router,
    planning.router,
    occasions.router,
    miss_reasons.router,
    reviews.router,
    forecast.router,
    portfolio.router,
    concentration.router,
    webhooks.router,
    deliveries.router,
    events.router,
    audit.router,
    operations.router,
    documentation.router,
)
"""Every router of Tierbook; each route names its own full path, operation id and scope.

A request is compared with one route after the other, so what is called all day long stands first.
"""

TAGS: Final = (
    {"name": "scoring", "description": "Score and tier clients; stateless, nothing is stored. (评分与分层)"},
    {"name": "rulebooks", "description": "Published policies as data: read, check, draft, publish, pilot. (细则)"},
    {
        "name": "organisation",
        "description": "Units as a tree with its history; officers, roles; days that count. (机构人员)",
    },
    {
        "name": "clients",
        "description": "Who the bank's clients are and were, whom to reach there, who covers them. (客户)",
    },
    {"name": "facts", "description": "What is known of clients, since when and whence. (指标)"},
    {"name": "standing", "description": "Assess, replay, move; warnings, plans, overrides. (评估与升降)"},
    {"name": "recognition", "description": "Nominate, assess, vote, file; let clients go in order. (认定与退出)"},
    {"name": "coverage", "description": "Who owes which client how many visits, and what was done. (拜访与达成)"},
    {"name": "reviews", "description": "Clients assessed anew in their time; what the months to come bring. (复核)"},
    {"name": "portfolio", "description": "Assess, try and stress many clients; concentration. (批量评估与集中度)"},
    {"name": "events", "description": "What happened, told in order: pages, a stream, webhooks. (事件)"},
    {
        "name": "webhooks",
        "description": "Receivers of events: register, rotate, pause, try; what was delivered. (推送)",
    },
    {"name": "audit", "description": "Who did what, or was denied; signed checkpoints. (审计)"},
    {"name": "operations", "description": "For those who run Tierbook. (运维)"},
)

DESCRIPTION: Final = """\
Scores and tiers a bank's clients by published rulebooks. (客户评分与分层)

**Keys.** Send `Authorization: Bearer tb_…`. Make keys with `tierbook keys create`. Each operation names the scope that
it needs.

**Problems.** Every refusal is `application/problem+json` (RFC 9457). `type` is `urn:tierbook:problem:<code>`: stable,
made to be switched on. `errors[]` names each part of the request that is wrong, by JSON pointer, and never repeats its
value.

**Numbers.** Money and scores travel as decimal strings. On input a JSON number will do; it is read exactly as written.

**Request ids.** Each answer carries `X-Request-Id`, which is also in our log. Send your own (8 to 64 of
`A-Za-z0-9._:-`) to have it used.
"""
