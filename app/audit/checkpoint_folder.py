"""Checkpoints outside the database: a folder with one file each, named by its size, never overwritten."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.kept_files import write_once

SUFFIX: Final = ".checkpoint"
_DIGITS: Final = 12
_NAME: Final = re.compile(rf"[0-9]{{{_DIGITS},19}}{re.escape(SUFFIX)}")
_MODE: Final = 0o644  # whoever carries checkpoints away may be another account; they hold nothing to hide


class CheckpointFolder:
    """A folder for whoever carries checkpoints to where the database's owner cannot reach."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, size: int, note: str) -> bool:
        """Keep a checkpoint, durably; False where there is one of this size, which stays. Raises OSError."""
        return write_once(self.path / f"{size:0{_DIGITS}}{SUFFIX}", note, _MODE)

    def newest(self) -> Path | None:
        """The file of the largest size."""
        return max(self._found(), key=_size, default=None)

    def files(self) -> list[Path]:
        """Every checkpoint's file, the largest first; none where there is no folder. Raises OSError."""
        return sorted(self._found(), key=_size, reverse=True)

    def _found(self) -> Iterable[Path]:
        return (path for path in self.path.glob(f"*{SUFFIX}") if _NAME.fullmatch(path.name))


def _size(path: Path) -> int:
    return int(path.name.removesuffix(SUFFIX))
