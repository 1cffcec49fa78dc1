"""Small files that are written once, whole and durably, and kept: secrets of an installation, checkpoints."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_once(path: Path, text: str, mode: int) -> bool:
    """Write a file whole and durably; return False, changing nothing, where there is one: of two at once, one wins.

    A folder that is missing is made, private to us. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _sync_folder(folder: Path) -> None:
    """Make a new name in it outlive a crash of the machine; where a folder cannot be opened, the system sees to it."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def kept(path: Path, draw: Callable[[], str]) -> bytes:
    """Read the secret at `path`, drawing it first where there is none."""
    if not path.exists():
        write_once(path, draw(), 0o600)
    return path.read_bytes().strip()
