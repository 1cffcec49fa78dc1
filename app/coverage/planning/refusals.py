"""What planning refuses, as problems."""

from app.errors import FieldError, Unprocessable


class PeriodOver(Unprocessable):
    """The period has no day left: nothing can be planned in it."""

    code = "period_over"
    title = "The period is over"

    def __init__(self) -> None:
        error = FieldError(pointer="query/period", code=self.code, detail="has no day left")
        super().__init__(
            "Ask for a period that has not ended yet; GET /v1/coverage tells what was done.", errors=[error]
        )


class TooManyClients(Unprocessable):
    """More clients are meant than one answer plans for."""

    code = "too_many_clients"
    title = "Too many clients for one answer"

    def __init__(self, most: int) -> None:
        super().__init__(f"More than {most} clients are meant. Name a unit further down, an officer, or a client.")
