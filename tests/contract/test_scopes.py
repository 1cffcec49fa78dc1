"""Every route says who may call it. The table here is the review: a new route must be written into it."""

from typing import Final

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.access.scopes import Scope
from app.http.routing import StrictRoute, gates_of
from tests.samples import path_of
from tests.service import client_of

PUBLIC: Final = None

TABLE: Final[dict[str, Scope | None]] = {
    "POST /v1/score": Scope.SCORE,
    "POST /v1/score/batch": Scope.SCORE,
    "GET /v1/rulebooks": Scope.RULEBOOKS_READ,
    "GET /v1/rulebooks/schema": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/check": Scope.RULEBOOKS_WRITE,
    "GET /v1/rulebooks/{name}": Scope.RULEBOOKS_READ,
    "GET /v1/rulebooks/{name}/versions": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/{name}/versions": Scope.RULEBOOKS_WRITE,
    "GET /v1/rulebooks/{name}/versions/{version}": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/{name}/versions/{version}/check": Scope.RULEBOOKS_WRITE,
    "POST /v1/rulebooks/{name}/versions/{version}/publish": Scope.RULEBOOKS_PUBLISH,
    "POST /v1/rulebooks/{name}/versions/{version}/widen": Scope.RULEBOOKS_PUBLISH,
    "POST /v1/rulebooks/{name}/versions/{version}/end": Scope.RULEBOOKS_PUBLISH,
    "GET /v1/rulebooks/{name}/versions/{version}/simulations": Scope.RULEBOOKS_READ,
    "GET /v1/units": Scope.ORGANISATION_READ,
    "GET /v1/units/{unit_id}": Scope.ORGANISATION_READ,
    "PUT /v1/units/{unit_id}": Scope.ORGANISATION_WRITE,
    "GET /v1/units/{unit_id}/history": Scope.ORGANISATION_READ,
    "GET /v1/officers": Scope.ORGANISATION_READ,
    "GET /v1/officers/{officer_id}": Scope.ORGANISATION_READ,
    "PUT /v1/officers/{officer_id}": Scope.ORGANISATION_WRITE,
    "POST /v1/officers/{officer_id}/postings": Scope.ORGANISATION_WRITE,
    "POST /v1/officers/{officer_id}/moves": Scope.ORGANISATION_WRITE,
    "POST /v1/postings/{posting_id}/end": Scope.ORGANISATION_WRITE,
    "POST /v1/officers/{officer_id}/leaves": Scope.ORGANISATION_WRITE,
    "GET /v1/officers/{officer_id}/leaves": Scope.ORGANISATION_READ,
    "POST /v1/leaves/{leave_id}/withdraw": Scope.ORGANISATION_WRITE,
    "POST /v1/units/{unit_id}/closures": Scope.ORGANISATION_WRITE,
    "GET /v1/units/{unit_id}/closures": Scope.ORGANISATION_READ,
    "POST /v1/closures/{closure_id}/withdraw": Scope.ORGANISATION_WRITE,
    "GET /v1/calendars": Scope.ORGANISATION_READ,
    "GET /v1/calendars/{calendar}": Scope.ORGANISATION_READ,
    "POST /v1/calendars/{calendar}/versions": Scope.ORGANISATION_WRITE,
    "GET /v1/roles": Scope.ORGANISATION_READ,
    "PUT /v1/roles/{role}": Scope.ORGANISATION_WRITE,
    "GET /v1/clients": Scope.CLIENTS_READ,
    "GET /v1/clients/categories": Scope.CLIENTS_READ,
    "GET /v1/clients/red-list": Scope.CLIENTS_READ,
    "POST /v1/clients/bulk": Scope.CLIENTS_WRITE,
    "GET /v1/clients/{client_id}": Scope.CLIENTS_READ,
    "PUT /v1/clients/{client_id}": Scope.CLIENTS_WRITE,
    "GET /v1/clients/{client_id}/revisions": Scope.CLIENTS_READ,
    "POST /v1/clients/{client_id}/erasure": Scope.CLIENTS_ERASE,
    "GET /v1/clients/{client_id}/contacts": Scope.CLIENTS_READ,
    "POST /v1/clients/{client_id}/contacts": Scope.CLIENTS_WRITE,
    "GET /v1/clients/{client_id}/contacts/{contact_id}": Scope.CLIENTS_READ,
    "PUT /v1/clients/{client_id}/contacts/{contact_id}": Scope.CLIENTS_WRITE,
    "DELETE /v1/clients/{client_id}/contacts/{contact_id}": Scope.CLIENTS_WRITE,
    "GET /v1/clients/{client_id}/assignments": Scope.CLIENTS_READ,
    "POST /v1/clients/{client_id}/assignments": Scope.CLIENTS_WRITE,
    "POST /v1/clients/{client_id}/assignments/{assignment_id}/end": Scope.CLIENTS_WRITE,
    "POST /v1/clients/{client_id}/handovers": Scope.CLIENTS_WRITE,
    "POST /v1/clients/{client_id}/owner-kept": Scope.CLIENTS_WRITE,
    "GET /v1/clients/{client_id}/team": Scope.CLIENTS_READ,
    "GET /v1/officers/{officer_id}/book": Scope.CLIENTS_READ,
    "POST /v1/clients/{client_id}/facts": Scope.FACTS_WRITE,
    "GET /v1/clients/{client_id}/facts": Scope.CLIENTS_READ,
    "GET /v1/clients/{client_id}/facts/{fact}": Scope.CLIENTS_READ,
    "POST /v1/facts/bulk": Scope.FACTS_WRITE,
    "GET /v1/clients/{client_id}/overview": Scope.CLIENTS_READ,
    "POST /v1/clients/{client_id}/assessments": Scope.STANDING_ASSESS,
    "GET /v1/clients/{client_id}/assessments": Scope.CLIENTS_READ,
    "GET /v1/assessments/{assessment_id}": Scope.CLIENTS_READ,
    "POST /v1/assessments/{assessment_id}/replay": Scope.CLIENTS_READ,
    "GET /v1/clients/{client_id}/standing": Scope.CLIENTS_READ,
    "GET /v1/clients/{client_id}/moves": Scope.CLIENTS_READ,
    "GET /v1/warnings": Scope.CLIENTS_READ,
    "POST /v1/warnings/{warning_id}/acknowledge": Scope.STANDING_WRITE,
    "POST /v1/warnings/{warning_id}/clear": Scope.STANDING_WRITE,
    "GET /v1/plans": Scope.CLIENTS_READ,
    "GET /v1/plans/{plan_id}": Scope.CLIENTS_READ,
    "PUT /v1/plans/{plan_id}": Scope.STANDING_WRITE,
    "POST /v1/plans/{plan_id}/open": Scope.STANDING_WRITE,
    "POST /v1/plans/{plan_id}/extend": Scope.STANDING_APPROVE,
    "POST /v1/clients/{client_id}/overrides": Scope.STANDING_WRITE,
    "GET /v1/clients/{client_id}/overrides": Scope.CLIENTS_READ,
    "GET /v1/overrides/{override_id}": Scope.CLIENTS_READ,
    "POST /v1/overrides/{override_id}/decide": Scope.STANDING_APPROVE,
    "POST /v1/overrides/{override_id}/end": Scope.STANDING_WRITE,
    "POST /v1/clients/{client_id}/nominations": Scope.RECOGNITION_NOMINATE,
    "GET /v1/nominations": Scope.CLIENTS_READ,
    "POST /v1/nominations/expire": Scope.RECOGNITION_NOMINATE,
    "GET /v1/nominations/{nomination_id}": Scope.CLIENTS_READ,
    "POST /v1/nominations/{nomination_id}/opinions": Scope.RECOGNITION_ASSESS,
    "POST /v1/nominations/{nomination_id}/votes": Scope.RECOGNITION_VOTE,
    "POST /v1/nominations/{nomination_id}/recusals": Scope.RECOGNITION_VOTE,
    "POST /v1/nominations/{nomination_id}/withdraw": Scope.RECOGNITION_NOMINATE,
    "POST /v1/nominations/{nomination_id}/file": Scope.RECOGNITION_NOMINATE,
    "POST /v1/clients/{client_id}/exits": Scope.STANDING_WRITE,
    "GET /v1/exits": Scope.CLIENTS_READ,
    "GET /v1/exits/{exit_id}": Scope.CLIENTS_READ,
    "POST /v1/exits/{exit_id}/confirm": Scope.STANDING_APPROVE,
    "POST /v1/exits/{exit_id}/steps/{step}/done": Scope.STANDING_WRITE,
    "POST /v1/exits/{exit_id}/steps/{step}/assign": Scope.STANDING_WRITE,
    "POST /v1/exits/{exit_id}/cancel": Scope.STANDING_APPROVE,
    "GET /v1/coverage": Scope.COVERAGE_READ,
    "GET /v1/coverage/export": Scope.COVERAGE_READ,
    "GET /v1/coverage/revisions": Scope.COVERAGE_READ,
    "GET /v1/coverage/capacity": Scope.COVERAGE_READ,
    "GET /v1/coverage/plan": Scope.COVERAGE_READ,
    "GET /v1/coverage/targets": Scope.COVERAGE_READ,
    "GET /v1/visits/{visit_id}/credits": Scope.COVERAGE_READ,
    "GET /v1/obligations": Scope.COVERAGE_READ,
    "POST /v1/visits/planned": Scope.COVERAGE_WRITE,
    "GET /v1/visits/planned": Scope.COVERAGE_READ,
    "POST /v1/visits/planned/{planned_id}/cancel": Scope.COVERAGE_WRITE,
    "POST /v1/visits/planned/{planned_id}/move": Scope.COVERAGE_WRITE,
    "POST /v1/visits": Scope.COVERAGE_WRITE,
    "POST /v1/visits/bulk": Scope.COVERAGE_WRITE,
    "GET /v1/visits": Scope.COVERAGE_READ,
    "GET /v1/visits/{visit_id}": Scope.COVERAGE_READ,
    "GET /v1/visits/{visit_id}/history": Scope.COVERAGE_READ,
    "POST /v1/visits/{visit_id}/corrections": Scope.COVERAGE_WRITE,
    "POST /v1/visits/{visit_id}/void": Scope.COVERAGE_WRITE,
    "GET /v1/occasions/kinds": Scope.COVERAGE_READ,
    "GET /v1/occasions/summary": Scope.COVERAGE_READ,
    "POST /v1/occasions": Scope.COVERAGE_WRITE,
    "GET /v1/occasions": Scope.COVERAGE_READ,
    "GET /v1/occasions/{occasion_id}": Scope.COVERAGE_READ,
    "POST /v1/occasions/{occasion_id}/done": Scope.COVERAGE_WRITE,
    "POST /v1/occasions/{occasion_id}/move": Scope.COVERAGE_WRITE,
    "POST /v1/occasions/{occasion_id}/cancel": Scope.COVERAGE_WRITE,
    "POST /v1/coverage/reasons": Scope.COVERAGE_WRITE,
    "GET /v1/coverage/reasons": Scope.COVERAGE_READ,
    "GET /v1/coverage/reasons/{reason_id}": Scope.COVERAGE_READ,
    "POST /v1/coverage/reasons/{reason_id}/accept": Scope.COVERAGE_APPROVE,
    "POST /v1/coverage/reasons/{reason_id}/refuse": Scope.COVERAGE_APPROVE,
    "POST /v1/coverage/reasons/{reason_id}/withdraw": Scope.COVERAGE_WRITE,
    "POST /v1/runs": Scope.PORTFOLIO_RUN,
    "GET /v1/runs": Scope.PORTFOLIO_RUN,
    "GET /v1/runs/{run_id}": Scope.PORTFOLIO_RUN,
    "GET /v1/runs/{run_id}/moves": Scope.PORTFOLIO_RUN,
    "POST /v1/runs/{run_id}/cancel": Scope.PORTFOLIO_RUN,
    "GET /v1/concentration": Scope.PORTFOLIO_RUN,
    "GET /v1/concentration/clients": Scope.PORTFOLIO_RUN,
    "GET /v1/events": Scope.EVENTS_READ,
    "GET /v1/events/stream": Scope.EVENTS_READ,
    "GET /v1/events/types": Scope.EVENTS_READ,
    "GET /v1/events/types/{type}/schema": Scope.EVENTS_READ,
    "GET /v1/events/{event_id}": Scope.EVENTS_READ,
    "POST /v1/webhooks": Scope.WEBHOOKS_WRITE,
    "GET /v1/webhooks": Scope.WEBHOOKS_READ,
    "GET /v1/webhooks/{webhook_id}": Scope.WEBHOOKS_READ,
    "PUT /v1/webhooks/{webhook_id}": Scope.WEBHOOKS_WRITE,
    "POST /v1/webhooks/{webhook_id}/rotate-secret": Scope.WEBHOOKS_WRITE,
    "POST /v1/webhooks/{webhook_id}/pause": Scope.WEBHOOKS_WRITE,
    "POST /v1/webhooks/{webhook_id}/resume": Scope.WEBHOOKS_WRITE,
    "POST /v1/webhooks/{webhook_id}/ping": Scope.WEBHOOKS_WRITE,
    "DELETE /v1/webhooks/{webhook_id}": Scope.WEBHOOKS_WRITE,
    "GET /v1/webhooks/{webhook_id}/deliveries": Scope.WEBHOOKS_READ,
    "GET /v1/webhooks/{webhook_id}/deliveries/{delivery_id}": Scope.WEBHOOKS_READ,
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry": Scope.WEBHOOKS_WRITE,
    "POST /v1/webhooks/{webhook_id}/recover": Scope.WEBHOOKS_WRITE,
    "GET /v1/audit": Scope.AUDIT_READ,
    "GET /v1/audit/checkpoint": Scope.AUDIT_READ,
    "GET /v1/audit/{entry_id}": Scope.AUDIT_READ,
    "GET /livez": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": Scope.METRICS_READ,
    "GET /openapi.json": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /redoc": PUBLIC,
    "GET /docs/assets/{name}": PUBLIC,
}


def _routes(app: FastAPI) -> dict[str, APIRoute]:
    found: dict[str, APIRoute] = {}
    for route in app.routes:
        assert isinstance(route, StrictRoute), f"{route} bypasses app.http.routing.Router"
        found |= {f"{method} {route.path_format}": route for method in route.methods or ()}
    return found


def test_every_route_declares_its_scope_and_it_is_the_reviewed_one(contract_app: FastAPI) -> None:
    declared = {}
    for name, route in _routes(contract_app).items():
        gates = list(gates_of(route))
        assert len(gates) == 1, f"{name} must say requires(Scope.…) or public(), once"
        declared[name] = gates[0].scope
    assert declared == TABLE


@pytest.mark.parametrize("name", [name for name, scope in TABLE.items() if scope is not PUBLIC])
async def test_no_key_no_answer(contract_app: FastAPI, name: str) -> None:
    method, _ = name.split()
    async with client_of(contract_app) as stranger:
        answer: httpx2.Response = await stranger.request(method, path_of(_routes(contract_app)[name]))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
