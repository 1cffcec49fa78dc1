"""Reviews, and what the months to come bring."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Nothing

_ONE: Final = {"review_id": Id("review")}
_WHOSE: Final = {"unit": Id("unit"), "officer": Id("officer")}

ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "GET /v1/forecast": [Ask(query=_WHOSE)],
    "GET /v1/reviews": [Ask(query=_WHOSE | {"client_id": Id("client")}, lists="review")],
    "GET /v1/reviews/{review_id}": [Ask(path=_ONE)],
    "POST /v1/reviews/{review_id}/complete": [Ask(409, path=_ONE, body={})],
    "POST /v1/reviews/{review_id}/reschedule": [Ask(path=_ONE, body={"to": "2027-01-04", "reason": "asked for"})],
    "POST /v1/reviews/{review_id}/skip": [Ask(path=_ONE, body={"reason": "asked for"})],
}
"""Of each unit the open review is the second of its client: its cycle begins when the first was due."""
