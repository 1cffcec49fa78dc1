"""What the library `holidays` knows of a country's working days; China's make-up days (调休) among them.

The library takes 0.9 s and 45 MiB to answer for 13 years, which no server that starts in 2 s and stays under 150 MiB
has to spare: the service asks it in a process of its own, which runs this module and writes the working days.
"""

import asyncio
import sys
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from typing import Final

from app.kernel.coverage.span import Span
from app.organisation.calendar_days import CalendarDays, days_of, told

FIRST_DAY: Final = date(2016, 1, 1)
LIBRARY: Final = "holidays"
_YEARS_AHEAD: Final = 3
_LIMIT_S: Final = 60.0
_LONGEST: Final = 200


class CalendarUntoldError(RuntimeError):
    """The library does not know the country, or did not answer; the message says which."""


def source() -> str:
    """The library and its release, as a version of a calendar names it."""
    return f"{LIBRARY} {version(LIBRARY)}"


def release_of(named: str) -> tuple[int, ...] | None:
    """The release that a source names, in numbers that compare; None for another source than the library."""
    library, _, release = named.partition(" ")
    return tuple(int(part) for part in release.split(".") if part.isdigit()) if library == LIBRARY else None


def reach_on(today: date) -> Span:
    """From 2016 to the end of the year after next.

    What is not known yet of years to come, as their make-up days, is as the weekdays are; the next version corrects it.
    """
    return Span(FIRST_DAY, date(today.year + _YEARS_AHEAD, 1, 1))


def library_days(country: str, reach: Span) -> CalendarDays:
    """The days of a country by its ISO 3166 code; raises CalendarUntoldError for one that the library has not.

    The years beside the reach are asked too: a make-up day may belong to a holiday of the year after.
    """
    from holidays import country_holidays

    try:
        known = country_holidays(country, years=range(reach.start.year - 1, reach.until.year + 1))
    except NotImplementedError:
        raise CalendarUntoldError(f"the library {LIBRARY} has no country {country}") from None
    return told(reach, {day for day in days_of(reach) if known.is_working_day(day)})


async def library_days_apart(country: str, reach: Span) -> CalendarDays:
    """The same by a process of its own, which ends with the answer; raises CalendarUntoldError."""
    days = (reach.start.isoformat(), reach.until.isoformat())
    asked = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, country, *days),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us, who end it: by itself it would end in a traceback
    )
    try:
        async with asyncio.timeout(_LIMIT_S):
            said, wrong = await asked.communicate()
    except (TimeoutError, asyncio.CancelledError):
        with suppress(ProcessLookupError):  # which it is when it ends by itself in this very moment
            asked.kill()
        await asked.wait()
        raise
    if asked.returncode != 0:
        raise CalendarUntoldError(wrong.decode(errors="replace").strip()[-_LONGEST:])
    return told(reach, {date.fromisoformat(line) for line in said.decode().split()})


def _main(country: str, start: str, until: str) -> int:
    reach = Span(date.fromisoformat(start), date.fromisoformat(until))
    try:
        days = library_days(country, reach)
    except CalendarUntoldError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{day}\n" for day in days.worked())
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
