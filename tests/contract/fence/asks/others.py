"""Runs and concentration, the trail, rulebooks, and what belongs to no unit."""

from typing import Any, Final

from tests.contract.fence.ask import Ask, Id, Nothing

_RUN: Final = {"run_id": Id("run")}
_SPREAD: Final = {"measure": "balance", "share": "100%", "unit": Id("unit")}
_COVERED: Final = {"unit": Id("unit"), "filter": {"officer": Id("officer"), "client_ids": [Id("client")]}}
_VERSION: Final = {"name": "watched-clients", "version": "1"}
_UNITS: Final = [Id("unit", refused=403)]
_RULEBOOKS: Final = Nothing("rulebooks are the whole bank's, to read for whoever has the scope")
_STATELESS: Final = Nothing("nothing is looked up: facts and standing are in the request, a client's id is said back")
_TYPES: Final = Nothing("the catalogue is the same for everybody")
_STREAM: Final = Nothing("has no end to wait for; it reads as GET /v1/events does: tests/events/test_streaming.py")
_OPEN: Final = Nothing("public, and tells nothing of the bank")


def _governance(verb: str, **days: str) -> dict[str, list[Ask]]:
    """What is the whole bank's alone: a key of a unit is refused in the same words whatever units it names."""
    body: dict[str, Any] = {"units": _UNITS, **days}
    return {f"POST /v1/rulebooks/{{name}}/versions/{{version}}/{verb}": [Ask(403, _VERSION, body=body)]}


_PILOT: Final = {"effective_from": "2027-01-01", "effective_until": "2027-07-01"}

ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "POST /v1/score": _STATELESS,
    "POST /v1/score/batch": _STATELESS,
    "GET /v1/rulebooks": _RULEBOOKS,
    "GET /v1/rulebooks/schema": _RULEBOOKS,
    "POST /v1/rulebooks/check": _RULEBOOKS,
    "GET /v1/rulebooks/{name}": _RULEBOOKS,
    "GET /v1/rulebooks/{name}/versions": _RULEBOOKS,
    "POST /v1/rulebooks/{name}/versions": _RULEBOOKS,
    "GET /v1/rulebooks/{name}/versions/{version}": _RULEBOOKS,
    "POST /v1/rulebooks/{name}/versions/{version}/check": _RULEBOOKS,
    **_governance("publish", **_PILOT),
    **_governance("widen", **_PILOT),
    **_governance("end"),
    "GET /v1/rulebooks/{name}/versions/{version}/simulations": _RULEBOOKS,
    "POST /v1/runs": [Ask(202, body={"kind": "assess", "rulebook": "watched-clients", **_COVERED})],
    "GET /v1/runs": [Ask(lists="run")],
    "GET /v1/runs/{run_id}": [Ask(path=_RUN)],
    "GET /v1/runs/{run_id}/moves": [Ask(path=_RUN)],
    "POST /v1/runs/{run_id}/cancel": [Ask(403, path=_RUN)],  # the whole bank asked for it
    "GET /v1/concentration": [Ask(query=_SPREAD)],
    "GET /v1/concentration/clients": [Ask(query=_SPREAD, lists="client")],
    "GET /v1/events": [Ask(query={"subject": Id("client", finds_nothing=True)}, lists="event")],
    "GET /v1/events/stream": _STREAM,
    "GET /v1/events/types": _TYPES,
    "GET /v1/events/types/{type}/schema": _TYPES,
    "GET /v1/events/{event_id}": [Ask(path={"event_id": Id("event")})],
    "GET /v1/audit": [Ask(query={"unit": Id("unit"), "object_id": Id("client", finds_nothing=True)}, lists="entry")],
    "GET /v1/audit/checkpoint": Nothing("the chain is one for the whole bank; a checkpoint holds no entry"),
    "GET /v1/audit/{entry_id}": [Ask(path={"entry_id": Id("entry")})],
    "GET /livez": _OPEN,
    "GET /readyz": _OPEN,
    "GET /metrics": Nothing("counts of the service, by route"),
    "GET /openapi.json": _OPEN,
    "GET /docs": _OPEN,
    "GET /redoc": _OPEN,
    "GET /docs/assets/{name}": _OPEN,
}
