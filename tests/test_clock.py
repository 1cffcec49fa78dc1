from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.clock import ManualClock, SystemClock

_LATE = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)


def test_the_business_date_is_the_zones_not_utcs() -> None:
    assert ManualClock(_LATE).today(ZoneInfo("Asia/Shanghai")) == date(2026, 3, 2)
    assert ManualClock(_LATE).today(ZoneInfo("UTC")) == date(2026, 3, 1)


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_monotonic_seconds_never_run_back() -> None:
    clock = ManualClock(_LATE)
    clock.advance(timedelta(seconds=5))
    clock.advance(timedelta(hours=-1))
    assert clock.monotonic() == 5.0
    assert clock.now() == _LATE + timedelta(seconds=5, hours=-1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 3, 1))  # noqa: DTZ001 - the case
