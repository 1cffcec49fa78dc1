"""Many decisions over the wire, each with its own status."""

from app.errors import FieldError
from app.http.types import Wire
from app.tiering.decision_schemas import Decision


class BatchItemProblem(Wire):
    """Why an item has no decision; `errors` as in problem details, pointers into the item."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]


class BatchResult(Wire):
    """The outcome of one item: a decision, or a problem."""

    index: int
    client_id: str | None
    status: int
    decision: Decision | None
    problem: BatchItemProblem | None


class BatchResults(Wire):
    """Every item's outcome, in order; a failed item never takes the others with it."""

    results: list[BatchResult]
