"""Contacts owed for a reason of their own."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_ONE: Final = {"occasion_id": Id("occasion")}
_WHOSE: Final = {"unit": Id("unit"), "officer": Id("officer")}
_OWED: Final = {
    "client_id": Id("client"),
    "kind": "news",
    "about": "in the papers",
    "role": "relationship_manager",
    "due_by": "2026-12-31",
}

ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/occasions/kinds": Nothing("a closed list"),
    "GET /v1/occasions/summary": [Ask(query=_WHOSE)],
    "POST /v1/occasions": [Ask(201, body=_OWED)],
    "GET /v1/occasions": [Ask(query=_WHOSE | {"client_id": Id("client")}, lists="occasion")],
    "GET /v1/occasions/{occasion_id}": [Ask(path=_ONE)],
    "POST /v1/occasions/{occasion_id}/done": [Ask(path=_ONE, body={"visit_id": Its("visit")})],
    "POST /v1/occasions/{occasion_id}/move": [Ask(path=_ONE, body={"to": "2027-01-31", "reason": "on holiday"})],
    "POST /v1/occasions/{occasion_id}/cancel": [Ask(path=_ONE, body={"reason": "asked for"})],
}
