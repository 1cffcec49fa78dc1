"""Assessments and what follows from them; recognition; exits."""

from typing import Any, Final

from tests.contract.fence.ask import Ask, Id, Nothing
from tests.contract.fence.asks.clients import of_client

_BOOK: Final = {"rulebook": "watched-clients"}
_WHY: Final = {"reason": "asked for"}
_OF_CLIENT: Final = {"client_id": Id("client")}
_UP: Final = Id("officer", above=True)
_PLAN: Final = {"owner": _UP, "measures": [{"text": "call on the treasurer", "by": "2026-12-31"}]}
_OVERRIDE: Final = {"tier": "key", "from": "2027-03-01", "until": "2027-04-01", "reason": "merger"}
_NOMINATION: Final = {"level": "regional", "category": "local_group", "tier": "key", "joint_with": [_UP]}
_MEMBER: Final = "b1-committee-1"
"""Of the committee that decides on regional clients of the branch and below."""

_NOMINATOR: Final = "b1-president"


def _one(kind: str, method: str, rest: str = "", passes: int = 200, **more: Any) -> dict[str, list[Ask]]:
    """The request of a route below one warning, plan, override, nomination, exit or assessment."""
    path = {f"{kind}_id": Id(kind)} | ({"step": "notify"} if "{step}" in rest else {})
    return {f"{method} /v1/{kind}s/{{{kind}_id}}{rest}": [Ask(passes, path, **more)]}


ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    **of_client("POST", "/assessments", 201, _BOOK),
    **of_client("GET", "/assessments"),
    **_one("assessment", "GET"),
    **_one("assessment", "POST", "/replay"),
    **of_client("GET", "/standing"),
    **of_client("GET", "/moves"),
    "GET /v1/warnings": [Ask(query=_OF_CLIENT, lists="warning")],
    **_one("warning", "POST", "/acknowledge"),
    **_one("warning", "POST", "/clear", 409, body={"reason": "seen to"}),
    "GET /v1/plans": [Ask(query=_OF_CLIENT, lists="plan")],
    **_one("plan", "GET"),
    **_one("plan", "PUT", body=_PLAN, first="POST /v1/plans/{plan_id}/open"),
    **_one("plan", "POST", "/open", body=_PLAN),
    **_one("plan", "POST", "/extend", body=_WHY, first="POST /v1/plans/{plan_id}/open"),
    **of_client("POST", "/overrides", 201, _BOOK | _OVERRIDE),
    **of_client("GET", "/overrides"),
    **_one("override", "GET"),
    **_one("override", "POST", "/decide", body=_WHY | {"approve": True}),
    **_one("override", "POST", "/end", body=_WHY),
    **of_client("POST", "/nominations", 201, {"rulebook": "strategy"} | _NOMINATION | _WHY, person=_NOMINATOR),
    "GET /v1/nominations": [Ask(query=_OF_CLIENT | {"awaiting": Id("officer")}, lists="nomination")],
    "POST /v1/nominations/expire": Nothing("it takes the late ones that the key sees: see test_edges.py"),
    **_one("nomination", "GET"),
    **_one("nomination", "POST", "/opinions", 422, body={"scores": {"brand": "high"}}, person="b1-expert"),
    **_one("nomination", "POST", "/votes", body={"choice": "for"}, person=_MEMBER),
    **_one("nomination", "POST", "/recusals", body=_WHY, person=_MEMBER),
    **_one("nomination", "POST", "/withdraw", body=_WHY, person=_NOMINATOR),
    **_one("nomination", "POST", "/file", 409, person="b1-director"),
    **of_client("POST", "/exits", 409, _BOOK | _WHY | {"decision": "2026 / 4"}),
    "GET /v1/exits": [Ask(query=_OF_CLIENT, lists="exit")],
    **_one("exit", "GET"),
    **_one("exit", "POST", "/confirm", 409, body=_WHY),
    **_one("exit", "POST", "/steps/{step}/done", 409, body={}),
    **_one("exit", "POST", "/steps/{step}/assign", body={"officer_id": _UP}),
    **_one("exit", "POST", "/cancel", body=_WHY),
}
"""Where a request passes the fence and is refused for another reason, the case is in another state (409),
or its step has no owner yet.
"""
