"""What is owed, visits that were made and that are planned."""

from typing import Any, Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_UP: Final = Id("officer", above=True)
_MADE: Final = {
    "client_id": Id("client"),
    "at": "2026-11-19T02:00:00Z",
    "kind": "visit",
    "participants": [{"officer_id": Its("coverer")}],
}
_JOINT: Final = {
    "client_id": Its("client"),
    "participants": [{"officer_id": _UP}],
    "outside": [{"contact_id": Its("contact")}],
    "planned_id": Its("planned"),
}
_PLAN: Final = {"at": "2026-12-01T02:00:00Z", "kind": "visit"}
_TO_CLIENT: Final = _PLAN | {"client_id": Id("client"), "participants": [{"officer_id": Its("coverer")}]}
_BY_OFFICER: Final = _PLAN | {"client_id": Its("client"), "participants": [{"officer_id": _UP}]}
_CORRECTED: Final = {
    "participants": [{"officer_id": _UP}],
    "outside": [{"contact_id": Its("contact")}],
    "reason": "misread",
}
_PLANNED: Final = {"planned_id": Id("planned")}
_LISTED: Final = {"client_id": Id("client"), "officer": Id("officer"), "unit": Id("unit")}
_OF_WHOM: Final = {"officer": Id("officer"), "unit": Id("unit")}
_ABOVE: Final = frozenset({"ho-corporate", "ho-corporate-2"})
"""By their posts in the team of every client."""


def _one(method: str, rest: str = "", passes: int = 200, **more: Any) -> dict[str, list[Ask]]:
    """The request of a route below one visit."""
    return {f"{method} /v1/visits/{{visit_id}}{rest}": [Ask(passes, {"visit_id": Id("visit")}, **more)]}


ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/coverage": [Ask(query=_LISTED), Ask(query=_LISTED | {"by": "client"}, lists="client")],
    "GET /v1/coverage/export": [Ask(query=_LISTED | {"format": "json"})],
    "GET /v1/coverage/revisions": [Ask(query=_LISTED)],
    "GET /v1/coverage/capacity": [Ask(query=_OF_WHOM), Ask(query={"unit": Id("unit")}, shows=_ABOVE)],
    "GET /v1/coverage/plan": [Ask(query=_LISTED), Ask(query={"unit": Id("unit")})],
    "GET /v1/coverage/targets": [Ask(query=_OF_WHOM)],
    **_one("GET", "/credits"),
    "GET /v1/obligations": [Ask(query=_LISTED, lists="client")],
    "POST /v1/visits/planned": [Ask(201, body=_TO_CLIENT), Ask(201, body=_BY_OFFICER)],
    "GET /v1/visits/planned": [Ask(query=_LISTED, lists="planned")],
    "POST /v1/visits/planned/{planned_id}/cancel": [Ask(path=_PLANNED, body={"reason": "ill"})],
    "POST /v1/visits/planned/{planned_id}/move": [
        Ask(201, _PLANNED, body={"at": "2026-12-02T02:00:00Z", "reason": "ill"})
    ],
    "POST /v1/visits": [Ask(201, body=_MADE), Ask(201, body=_MADE | _JOINT)],
    "POST /v1/visits/bulk": [Ask(201, body=_MADE, lines=True), Ask(201, body=_MADE | _JOINT, lines=True)],
    "GET /v1/visits": [Ask(query=_LISTED, lists="visit")],
    **_one("GET"),
    **_one("GET", "/history"),
    "POST /v1/visits/{visit_id}/corrections": [
        Ask(path={"visit_id": Id("visit")}, body={"summary": "as it was", "reason": "misread"}),
        Ask(path={"visit_id": Its("visit")}, body=_CORRECTED),
    ],
    **_one("POST", "/void", body={"reason": "never was"}),
}
