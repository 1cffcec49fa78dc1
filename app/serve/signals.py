"""What Ctrl-C, `kill` and a closed terminal do while nothing serves yet, or no longer. Imports nothing slow."""

import signal
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def leave_quietly() -> None:
    """Turn the signals that stop us into SystemExit(0), so that what was started is stopped in order."""
    for number in STOPPING:
        signal.signal(number, _leave)


def finish_undisturbed() -> None:
    """Ignore them from now on: we are stopping already, and that has its own time limit."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _leave(_number: int, _frame: FrameType | None) -> None:
    finish_undisturbed()
    raise SystemExit(0)
