"""Reasons for visits that were not made."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Nothing
from tests.contract.fence.objects import PROPOSER

_ONE: Final = {"reason_id": Id("reason")}
_YES: Final = {"remark": "agreed"}
_MISSED: Final = {
    "client_id": Id("client"),
    "rulebook": "corporate-classes",
    "role": "relationship_manager",
    "officer_id": Id("officer", above=True),
    "period": "2026-11",
    "code": "suspended",
    "explanation": "closed for the audit",
}
ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "POST /v1/coverage/reasons": [Ask(201, body=_MISSED)],
    "GET /v1/coverage/reasons": [Ask(query={"client_id": Id("client"), "unit": Id("unit")}, lists="reason")],
    "GET /v1/coverage/reasons/{reason_id}": [Ask(path=_ONE)],
    "POST /v1/coverage/reasons/{reason_id}/accept": [Ask(path=_ONE, body=_YES)],
    "POST /v1/coverage/reasons/{reason_id}/refuse": [Ask(path=_ONE, body=_YES)],
    "POST /v1/coverage/reasons/{reason_id}/withdraw": [
        Ask(path=_ONE, body={"reason": "a mistake"}, person=PROPOSER),
    ],
}
