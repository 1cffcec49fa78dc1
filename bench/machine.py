"""What the figures were taken on."""

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import run
from typing import Final

from app.clock import SystemClock

_PACKAGES: Final = (
    "tierbook",
    "fastapi",
    "starlette",
    "pydantic",
    "uvicorn",
    "uvloop",
    "httptools",
    "orjson",
    "polars",
    "narwhals",
    "zen-engine",
)


def described() -> Iterator[tuple[str, str]]:
    """Machine, versions, day and commands."""
    yield "day", f"{SystemClock().now():%Y-%m-%d %H:%M} UTC"
    yield "commit", _commit()
    yield "processor", f"{_processor()}, {os.cpu_count()} cores, {_memory()}"
    yield "load while it ran", _load()
    yield (
        "system",
        f"{platform.system()} {platform.release()}, {platform.python_implementation()} {platform.python_version()}",
    )
    yield "versions", ", ".join(_versions())
    yield "command", "`make bench` (`.venv/bin/python -m bench`)"


def _versions() -> Iterator[str]:
    """Of those that are here: not whoever describes the machine has installed what is compared."""
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def _processor() -> str:
    return _named("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()


def _memory() -> str:
    kib = _named("/proc/meminfo", "MemTotal").partition(" ")[0]
    return f"{int(kib) / 2**20:.0f} GiB" if kib else "memory unknown"


def _named(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} processes on average in the last minute, ours among them"


def _commit() -> str:
    said = run(("git", "describe", "--always", "--dirty"), capture_output=True, text=True, check=False)
    return said.stdout.strip() or "not a checkout"
