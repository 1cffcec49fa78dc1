"""Units, officers and their postings, roles."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_UNIT: Final = Id("unit")
_OFFICER: Final = Id("officer")
_POSTED: Final = {"unit_id": _UNIT, "role": "product_expert"}

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
    "GET /v1/roles": Nothing("roles are the whole bank's"),
    "PUT /v1/roles/{role}": Nothing("roles are the whole bank's, and changed by its keys alone"),
}
