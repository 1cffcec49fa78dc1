"""Signing how far the chain reaches, and writing it outside the database: against that it can be held for ever.

What contradicts the newest checkpoint is not signed: a chain that was cut, or written anew, or a database restored from
a backup, gets no fresh signature until someone has looked and moved the folder away.
"""

import asyncio
import base64
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.chain import GENESIS
from app.audit.checkpoint import Checkpoint
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.note import ForeignError, MalformedError, NoteError, Signer, Verifier, opened
from app.audit.sealing import head
from app.trail.tables import AuditChain

_log = structlog.get_logger("tierbook.audit")


class ContradictionError(Exception):
    """The chain is not the one of an earlier checkpoint: it was cut, or written anew."""

    def __init__(self, size: int) -> None:
        """Name the checkpoint."""
        super().__init__(f"the chain is not the one of the checkpoint at {size}")
        self.size = size


async def current(session: AsyncSession, folder: CheckpointFolder, signer: Signer) -> tuple[Checkpoint, str]:
    """The checkpoint of the chain as it is, and its signed note; raises ContradictionError, OSError, NoteError."""
    reached = Checkpoint(*await head(session))
    newest = await asyncio.to_thread(_newest, folder, signer.verifier)
    if newest is not None and await _root_at(session, newest.size) != newest.root:
        raise ContradictionError(newest.size)
    return reached, signer.sign(reached.text)


async def export(session: AsyncSession, folder: CheckpointFolder, signer: Signer) -> str:
    """Write the current checkpoint to the folder, unless it is there, and say so in the log; return its note.

    Nothing is written of an empty chain. Raises ContradictionError, OSError, NoteError.
    """
    reached, note = await current(session, folder, signer)
    if reached.size and await asyncio.to_thread(folder.add, reached.size, note):
        told(reached)
    return note


def told(checkpoint: Checkpoint) -> None:
    """Say a checkpoint in the log, which leaves the machine as well."""
    _log.info("audit_checkpoint", size=checkpoint.size, root=base64.b64encode(checkpoint.root).decode())


def read_checkpoint(file: Path, known: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint that a file holds; raises NoteError, OSError."""
    try:
        note = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MalformedError("is no text") from None
    return Checkpoint.read(opened(note, known))


def _newest(folder: CheckpointFolder, verifier: Verifier) -> Checkpoint | None:
    """The newest in the folder; None where there is none, or none of this key: then it was replaced since."""
    file = folder.newest()
    if file is None:
        return None
    try:
        return read_checkpoint(file, [verifier])
    except ForeignError:
        return None
    except NoteError as error:
        raise type(error)(f"{file.name} {error}") from None


async def _root_at(session: AsyncSession, size: int) -> bytes | None:
    if size == 0:
        return GENESIS
    root: bytes | None = await session.scalar(select(AuditChain.hash).where(AuditChain.position == size))
    return root
