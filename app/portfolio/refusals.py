"""What portfolio runs refuse, as problems."""

from collections.abc import Sequence

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable


class RunNotFound(NotFound):
    """There is no such run, or none that this key may see."""

    code = "run_not_found"
    title = "No such run"


class RunEnded(Conflict):
    """The run is done, failed or cancelled already."""

    code = "run_ended"
    title = "The run has ended"


class AskedAbove(Forbidden):
    """The run is of clients of the key's unit, but a unit above asked for it, or the whole bank."""

    code = "asked_above"
    title = "A unit above asked for the run"


class TooManyRuns(Conflict):
    """As many runs of this key wait or go on as may."""

    code = "too_many_runs"
    title = "Too many runs wait"


class RunInvalid(Unprocessable):
    """What is asked of a run does not fit together."""

    code = "run_invalid"
    title = "The run cannot be done"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(each.detail for each in errors[:5]), errors=errors)


class MeasureUnknown(Unprocessable):
    """No rulebook that governs declares the measure as an amount, a number or a count."""

    code = "measure_unknown"
    title = "No such measure"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer="query/measure", code=self.code, detail=detail)])


class QueryInvalid(Unprocessable):
    """A parameter cannot be read."""

    code = "query_invalid"
    title = "A parameter cannot be read"

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer=f"query/{parameter}", code=self.code, detail=detail)])
