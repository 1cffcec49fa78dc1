"""What the organisation refuses, as problems."""

from app.errors import Conflict, Forbidden, NotFound, Unavailable, Unprocessable


class UnitNotFound(NotFound):
    """There is no such unit, or none that this key may see."""

    code = "unit_not_found"
    title = "No such unit"


class OfficerNotFound(NotFound):
    """There is no such officer, or none that this key may see."""

    code = "officer_not_found"
    title = "No such officer"


class PostingNotFound(NotFound):
    """There is no such posting, or none that this key may see."""

    code = "posting_not_found"
    title = "No such posting"


class NoSuchUnit(Unprocessable):
    """The request names a unit that does not exist, or that this key may not see."""

    code = "no_such_unit"
    title = "The request names no unit"


class NoSuchRole(Unprocessable):
    """The request names a role that does not exist."""

    code = "no_such_role"
    title = "The request names no role"


class DayPassed(Unprocessable):
    """What was stays: the day has passed."""

    code = "day_passed"
    title = "The day has passed"


class WrongPeriod(Unprocessable):
    """The days do not fit together, or reach beyond those of a unit or an officer."""

    code = "wrong_period"
    title = "The days do not fit"


class UnitMisplaced(Unprocessable):
    """A unit stands under one of a higher kind; the head office under none."""

    code = "unit_misplaced"
    title = "The unit does not belong there"


class HeadOfficeIsThere(Conflict):
    """A bank has one head office, and that does not close."""

    code = "head_office_is_there"
    title = "There is one head office"


class KindIsFixed(Conflict):
    """A unit stays of its kind: units below it stood there because of it."""

    code = "unit_kind_is_fixed"
    title = "A unit does not change its kind"


class UnitClosed(Conflict):
    """A closed unit is not opened again, nor moved."""

    code = "unit_closed"
    title = "The unit is closed"


class UnitOccupied(Conflict):
    """The unit cannot close: something still belongs to it."""

    code = "unit_occupied"
    title = "The unit is not empty"


class PostingOverlaps(Conflict):
    """The officer serves there in that role on some of the days already."""

    code = "posting_overlaps"
    title = "The officer serves there already"


class PostingEnded(Conflict):
    """What has ended stays ended on its day."""

    code = "posting_ended"
    title = "The posting has ended"


class PostingNeeded(Unprocessable):
    """An officer without a posting would be visible to keys of the whole bank alone."""

    code = "posting_needed"
    title = "A key of a unit gives a new officer a posting"


class OwnPlace(Forbidden):
    """Where a key's own unit stands, and whether it closes, is for a key of a unit above."""

    code = "own_place"
    title = "A key does not change its own unit's place"


class ServesElsewhere(Forbidden):
    """The officer serves outside the key's unit, be it besides, and what is asked is for those who see all of it."""

    code = "serves_elsewhere"
    title = "The officer serves elsewhere"


class WholeBankOnly(Forbidden):
    """This is the whole bank's matter, and the key belongs to a unit."""

    code = "whole_bank_only"
    title = "This takes a key of the whole bank"


class NotAnOfficer(Forbidden):
    """Whoever acts where four eyes count is a member of staff who serves today, within the key's unit."""

    code = "not_an_officer"
    title = "This takes an officer of the bank"


class CalendarMissing(Unavailable):
    """There is no calendar by which days could be counted: the service stores it when it starts."""

    code = "calendar_missing"
    title = "There is no calendar yet"


class NoSuchOfficer(Unprocessable):
    """The request names an officer who does not exist, or whom this key may not see."""

    code = "no_such_officer"
    title = "The request names no officer"


class LeaveNotFound(NotFound):
    """There is no such leave, or none of an officer whom this key may see."""

    code = "leave_not_found"
    title = "No such leave"


class LeaveOverlaps(Conflict):
    """The officer is away on some of the days already."""

    code = "leave_overlaps"
    title = "The officer is on leave already"


class DelegateUnfit(Unprocessable):
    """Who stands in is another officer, who serves throughout and is not away himself."""

    code = "delegate_unfit"
    title = "The delegate cannot stand in"


class ClosureNotFound(NotFound):
    """There is no such closure, or none of a unit that this key may see."""

    code = "closure_not_found"
    title = "No such closure"


class ClosureOverlaps(Conflict):
    """The unit is closed on some of the days already."""

    code = "closure_overlaps"
    title = "The unit is closed already"


class CalendarNotFound(NotFound):
    """There is no such calendar, or no such version of it."""

    code = "calendar_not_found"
    title = "No such calendar"


class BeyondCalendar(Unprocessable):
    """A day that the calendar does not reach, or that is both worked and of rest."""

    code = "beyond_calendar"
    title = "The calendar cannot have these days"
