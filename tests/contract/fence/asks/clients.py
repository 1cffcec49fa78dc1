"""Clients, their contacts and their team, facts."""

from collections.abc import Mapping
from typing import Any, Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_CLIENT: Final = {"client_id": Id("client")}
_UP: Final = Id("officer", above=True)
_PROFILE: Final = {"kind": "company", "name": "Renamed", "segment": "corporate"}
_RENAMED: Final = _PROFILE | {"unit": Its("unit")}
_LED: Final = _PROFILE | {"unit": Id("unit"), "relations": [{"kind": "group", "client_id": Id("client")}]}
_ASSISTED: Final = _PROFILE | {"unit": "B1-S2", "assisting_units": [Id("unit")]}
_CONTACT: Final = {"name": "李雷", "phone": "2"}
_LINE: Final = {"client_id": Id("client"), "fact": "balance", "value": "71", "as_of": "2026-11-22"}
_TEAM: Final = frozenset({"HO", "ho-president", "ho-corporate", "ho-corporate-2"})
"""It runs up to the head office (domain.md B9)."""


def of_client(
    method: str, rest: str, passes: int = 200, body: Any = None, path: Mapping[str, Any] = _CLIENT, **more: Any
) -> dict[str, list[Ask]]:
    """The request of a route below one client."""
    return {f"{method} /v1/clients/{{client_id}}{rest}": [Ask(passes, path, body=body, **more)]}


ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/clients": [Ask(query={"unit": Id("unit"), "officer": Id("officer")}, lists="client")],
    "GET /v1/clients/categories": Nothing("the policy's closed list"),
    "GET /v1/clients/red-list": [Ask(query={"unit": Id("unit")}, lists="client")],
    "POST /v1/clients/bulk": [
        Ask(body={"items": [_PROFILE | {"client_id": Id("client", refused=404, creates=True), "unit": "B1"}]}),
        Ask(201, body={"items": [_LED | {"client_id": "C-NEW"}]}),
        Ask(201, body={"items": [_ASSISTED | {"client_id": "C-NEW"}]}),
    ],
    "PUT /v1/clients/{client_id}": [
        Ask(path={"client_id": Id("client", creates=True)}, body=_RENAMED),
        Ask(201, {"client_id": "C-NEW"}, body=_LED),
        Ask(201, {"client_id": "C-NEW"}, body=_ASSISTED),
    ],
    **of_client("GET", ""),
    **of_client("GET", "/revisions"),
    **of_client("POST", "/erasure", 200, {"reason": "asked for"}),
    **of_client("GET", "/contacts"),
    **of_client("POST", "/contacts", 201, _CONTACT),
    **of_client("GET", "/contacts/{contact_id}", path=_CLIENT | {"contact_id": Its("contact")}),
    **of_client("PUT", "/contacts/{contact_id}", 200, _CONTACT, _CLIENT | {"contact_id": Its("contact")}),
    **of_client("DELETE", "/contacts/{contact_id}", 204, path=_CLIENT | {"contact_id": Its("contact")}),
    **of_client("GET", "/assignments"),
    **of_client("POST", "/assignments", 201, {"officer_id": _UP, "role": "relationship_manager"}),
    **of_client("POST", "/assignments/{assignment_id}/end", 200, {}, _CLIENT | {"assignment_id": Its("assignment")}),
    **of_client("POST", "/handovers", 200, {"from_officer": Its("coverer"), "to_officer": _UP, "reason": "moved"}),
    **of_client("POST", "/owner-kept", 200, {}),
    **of_client("GET", "/team", shows=_TEAM),
    **of_client("GET", "/overview", shows=_TEAM),
    "GET /v1/officers/{officer_id}/book": [Ask(path={"officer_id": Id("officer")})],
    **of_client("POST", "/facts", 201, {"facts": {"balance": "71"}}),
    **of_client("GET", "/facts"),
    **of_client("GET", "/facts/{fact}", path=_CLIENT | {"fact": "balance"}),
    "POST /v1/facts/bulk": [Ask(201, body=_LINE, lines=True)],
}
