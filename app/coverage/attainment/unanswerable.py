"""What cannot be answered of coverage, as problems."""

from app.errors import FieldError, Unprocessable
from app.kernel.coverage.working_days import BeyondCalendarError


class BeyondCalendar(Unprocessable):
    """The calendar of working days does not reach the period."""

    code = "beyond_calendar"
    title = "The calendar does not reach that far"

    def __init__(self, beyond: BeyondCalendarError, place: str = "query/period") -> None:
        error = FieldError(pointer=place, code=self.code, detail=str(beyond))
        super().__init__(f"Ask for days within it: {beyond}.", errors=[error])


class PeriodInvalid(Unprocessable):
    """A text names no period."""

    code = "period_invalid"
    title = "No such period"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer="query/period", code=self.code, detail=detail)])


class MomentToCome(Unprocessable):
    """Coverage is asked for as of now, or a moment that has passed."""

    code = "moment_to_come"
    title = "The moment has not come yet"

    def __init__(self) -> None:
        error = FieldError(pointer="query/as_of", code=self.code, detail="is after now")
        super().__init__("Leave it out, or name a moment that has passed.", errors=[error])
