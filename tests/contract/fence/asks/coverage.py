"""What is owed, and visits."""

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
}
_CORRECTED: Final = {
    "participants": [{"officer_id": _UP}],
    "outside": [{"contact_id": Its("contact")}],
    "reason": "misread",
}
_LISTED: Final = {"client_id": Id("client"), "officer": Id("officer"), "unit": Id("unit")}


def _one(method: str, rest: str = "", passes: int = 200, **more: Any) -> dict[str, list[Ask]]:
    """The request of a route below one visit."""
    return {f"{method} /v1/visits/{{visit_id}}{rest}": [Ask(passes, {"visit_id": Id("visit")}, **more)]}


ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/coverage": [Ask(query=_LISTED), Ask(query=_LISTED | {"by": "client"}, lists="client")],
    "GET /v1/coverage/export": [Ask(query=_LISTED | {"format": "json"})],
    "GET /v1/coverage/revisions": [Ask(query=_LISTED)],
    **_one("GET", "/credits"),
    "GET /v1/obligations": [Ask(query=_LISTED, lists="client")],
    "POST /v1/visits": [Ask(201, body=_MADE), Ask(201, body=_MADE | _JOINT)],
    "GET /v1/visits": [Ask(query=_LISTED, lists="visit")],
    **_one("GET"),
    **_one("GET", "/history"),
    "POST /v1/visits/{visit_id}/corrections": [
        Ask(path={"visit_id": Id("visit")}, body={"summary": "as it was", "reason": "misread"}),
        Ask(path={"visit_id": Its("visit")}, body=_CORRECTED),
    ],
    **_one("POST", "/void", body={"reason": "never was"}),
}
