"""What `tierbook audit` does in the database."""

import getpass
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import true

from app.audit.checkpoint import signer
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.claims import read_claims
from app.audit.note import Verifier
from app.audit.queries import entries
from app.audit.sealer import seal_all
from app.audit.verify import Advanced, Report, verify
from app.audit.wanted import Wanted
from app.audit.witness import current, export, told
from app.clock import SystemClock
from app.db.engine import Sessions
from app.kept_files import write_once
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.change import Change
from app.trail.tables import AuditEntry

_MODE = 0o644


async def proved(
    settings: Settings, sessions: Sessions, files: Sequence[Path], keys: Sequence[Verifier], advanced: Advanced
) -> Report:
    """Verify against these checkpoints, or all in the folder; signed by these keys, or by ours. Raises OSError."""
    against = files or CheckpointFolder(settings.checkpoint_folder).files()
    ours = [signer(settings.audit_seed).verifier] if against and not keys else []
    claims, unproved = read_claims(against, keys or ours)
    report = await verify(sessions, claims, SystemClock().now(), advanced)
    report.findings.add(*unproved)
    return report


async def signed(settings: Settings, sessions: Sessions, output: Path | None) -> str:
    """Seal what waits and return the note of a checkpoint, written to `output` or to the folder.

    Raises ContradictionError, NoteError, OSError: FileExistsError where `output` is there already.
    """
    await seal_all(sessions, SystemClock())
    folder, key = CheckpointFolder(settings.checkpoint_folder), signer(settings.audit_seed)
    async with sessions() as session:
        if output is None:
            return await export(session, folder, key)
        reached, note = await current(session, folder, key)
    if not write_once(output, note, _MODE):
        raise FileExistsError(0, "is there: a checkpoint is never overwritten", str(output))
    told(reached)
    return note


async def listed(
    settings: Settings, sessions: Sessions, wanted: Wanted, limit: int, before: int | None
) -> Sequence[AuditEntry]:
    """The entries asked for, the newest first, and an entry that they were."""
    clock = SystemClock()
    actor = Actor(f"cli:{getpass.getuser()}")
    async with sessions.begin() as session:
        change = Change(actor, clock.now(), clock.today(settings.timezone), settings.timezone, session=session)
        found = await entries(session, wanted, true(), limit, before)
        await change.note(wanted.read())
    return found
