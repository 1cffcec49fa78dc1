"""What follows from a receiver's answer: when a delivery is tried again, when its receiver is left in peace.

The schedule and the answers that mean something are those of Standard Webhooks 1.0.0; the limits are of our own.
"""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=each) for each in (2, 5, 10, 14, 20, 24)),
)
"""What lies between one attempt and the next: 75.6 hours in all."""

MOST_ATTEMPTS: Final = len(DELAYS) + 1
JITTER: Final = 0.2
"""By which part of itself a delay may be shorter or longer, so that many do not come back at once."""

LONGEST_WAIT: Final = timedelta(hours=24)
"""As far as a receiver may put us off."""

TRIPS_AT: Final = 10
"""So many failures one after the other, and the receiver is left in peace."""

FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=5)
SLOWER_BY: Final = timedelta(seconds=5)
"""The rest of a receiver that has too much to do and does not say until when."""

GIVEN_UP_AFTER: Final = timedelta(days=5)
_GONE: Final = 410
_HAS_TOO_MUCH_TO_DO: Final = frozenset({429, 502, 504})

State = Literal["pending", "delivered", "parked", "exhausted"]
WhyDisabled = Literal["gone", "failing"]


class Answer(NamedTuple):
    """What a receiver answered: its status, None where no whole answer came in time; how long it puts us off."""

    status: int | None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it took what was sent; a redirect is a failure, for none is followed."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


class Health(NamedTuple):
    """How a receiver does: attempts that failed one after the other, since when; until when it is left in peace."""

    failures: int = 0
    failing_since: datetime | None = None
    resume_at: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether it is left in peace."""
        return self.resume_at is not None and now < self.resume_at

    def room(self, concurrency: int) -> int:
        """How many may be on their way to it at once; to one that fails, a probe."""
        return min(concurrency, 1) if self.failures >= TRIPS_AT else concurrency


class Next(NamedTuple):
    """What becomes of a delivery, at which moment it is tried again; and of its receiver, which may be disabled."""

    state: State
    at: datetime | None
    health: Health
    disabled: WhyDisabled | None = None


def after(answer: Answer, attempts: int, health: Health, now: datetime, jitter: float) -> Next:
    """What follows from the answer to the last of so many `attempts`; `jitter` is drawn from 0 to 1."""
    if answer.is_taken:
        return Next("delivered", None, Health(resume_at=health.resume_at if health.rests(now) else None))
    failed = _failed(answer, health, now)
    if (why := _why_disabled(answer, failed, now)) is not None:
        return Next("parked", None, failed, why)
    if attempts >= MOST_ATTEMPTS:
        return Next("exhausted", None, failed)
    return Next("pending", now + max(_delay(attempts, jitter), _put_off(answer)), failed)


def _failed(answer: Answer, health: Health, now: datetime) -> Health:
    """What was asked before a rest began and fails during it says nothing new: it neither counts nor prolongs it."""
    failures = health.failures + (not health.rests(now))
    until = [each for each in (health.resume_at, _rests_until(answer, failures, health, now)) if each is not None]
    return Health(failures, health.failing_since or now, max(until, default=None))


def _rests_until(answer: Answer, failures: int, health: Health, now: datetime) -> datetime | None:
    slower = max(_put_off(answer), SLOWER_BY) if answer.status in _HAS_TOO_MUCH_TO_DO else timedelta()
    rest = max(slower, timedelta() if health.rests(now) else _rest(failures))
    return now + rest if rest else None


def _rest(failures: int) -> timedelta:
    """Half a minute at first, and twice as long each time that a probe fails."""
    if failures < TRIPS_AT:
        return timedelta()
    doublings = min(failures - TRIPS_AT, 10)
    return min(FIRST_REST * (1 << doublings), LONGEST_REST)


def _why_disabled(answer: Answer, failed: Health, now: datetime) -> WhyDisabled | None:
    """One that is gone for good, or where for days nothing but failures was seen, and not just a few."""
    if answer.status == _GONE:
        return "gone"
    is_long = failed.failing_since is not None and now - failed.failing_since >= GIVEN_UP_AFTER
    return "failing" if is_long and failed.failures >= TRIPS_AT else None


def _delay(attempts: int, jitter: float) -> timedelta:
    return DELAYS[attempts - 1] * (1 - JITTER + 2 * JITTER * jitter)


def _put_off(answer: Answer) -> timedelta:
    return min(max(answer.retry_after or timedelta(), timedelta()), LONGEST_WAIT)
