"""How much memory this machine, or the container that we are in, lets us use."""

import os
from pathlib import Path
from typing import Final

_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")


def usable_bytes(limit: Path = _LIMIT) -> int:
    """Bytes of memory in all; `limit` is where Linux tells a container what it may have of them."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        told = limit.read_text().strip()
    except OSError:
        return machine
    return min(machine, int(told)) if told.isdecimal() else machine
