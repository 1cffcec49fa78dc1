"""Units, officers and their postings, roles."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_UNIT: Final = Id("unit")
_OFFICER: Final = Id("officer")
_POSTED: Final = {"unit_id": _UNIT, "role": "product_expert"}
_DAYS: Final = {"from": "2027-06-01", "until": "2027-06-03"}
_WHY: Final = {"reason": "as agreed"}

ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/units": [Ask(query={"parent": _UNIT}, lists="unit")],
    "GET /v1/units/{unit_id}": [Ask(path={"unit_id": _UNIT})],
    "PUT /v1/units/{unit_id}": [
        Ask(
            path={"unit_id": Id("unit", creates=True)},
            body={"kind": Its("kind"), "name": "Renamed", "parent_id": Its("above")},
            shows=frozenset({"HO"}),
        ),
        Ask(path={"unit_id": "B1-S1-O1"}, body={"kind": "outlet", "name": "Moved", "parent_id": _UNIT}),
    ],
    "GET /v1/units/{unit_id}/history": [Ask(path={"unit_id": _UNIT})],
    "GET /v1/officers": [Ask(query={"unit": _UNIT}, lists="officer")],
    "GET /v1/officers/{officer_id}": [Ask(path={"officer_id": _OFFICER})],
    "PUT /v1/officers/{officer_id}": [
        Ask(
            path={"officer_id": Id("officer", creates=True)},
            body={"name": "Renamed", "postings": [_POSTED]},
        )
    ],
    "POST /v1/officers/{officer_id}/postings": [Ask(201, path={"officer_id": _OFFICER}, body=_POSTED)],
    "POST /v1/officers/{officer_id}/moves": [Ask(path={"officer_id": _OFFICER}, body=_POSTED)],
    "POST /v1/postings/{posting_id}/end": [Ask(path={"posting_id": Id("posting")}, body={})],
    "POST /v1/officers/{officer_id}/leaves": [
        Ask(201, path={"officer_id": _OFFICER}, body={**_DAYS, "delegate_id": Id("coverer")})
    ],
    "GET /v1/officers/{officer_id}/leaves": [Ask(path={"officer_id": _OFFICER})],
    "POST /v1/leaves/{leave_id}/withdraw": [Ask(path={"leave_id": Id("leave")}, body=_WHY)],
    "POST /v1/units/{unit_id}/closures": [Ask(201, path={"unit_id": _UNIT}, body={**_DAYS, **_WHY})],
    "GET /v1/units/{unit_id}/closures": [Ask(path={"unit_id": _UNIT})],
    "POST /v1/closures/{closure_id}/withdraw": [Ask(path={"closure_id": Id("closure")}, body=_WHY)],
    "GET /v1/calendars": Nothing("calendars are the whole bank's"),
    "GET /v1/calendars/{calendar}": Nothing("calendars are the whole bank's"),
    "POST /v1/calendars/{calendar}/versions": Nothing("calendars are the whole bank's, and amended by its keys alone"),
    "GET /v1/roles": Nothing("roles are the whole bank's"),
    "PUT /v1/roles/{role}": Nothing("roles are the whole bank's, and changed by its keys alone"),
}
