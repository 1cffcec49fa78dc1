"""What checkpoints claim of the chain, and whether it is so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.audit.chain import GENESIS
from app.audit.checkpoint import Checkpoint
from app.audit.findings import Fault, Finding
from app.audit.note import ForeignError, ForgedError, MalformedError, NoteError, Verifier
from app.audit.walk import Stop, Walk
from app.audit.witness import read_checkpoint

_FAULTS: Final[Mapping[type[NoteError], Fault]] = {
    ForeignError: Fault.CHECKPOINT_FOREIGN,
    ForgedError: Fault.CHECKPOINT_FORGED,
    MalformedError: Fault.CHECKPOINT_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkpoint whose signature holds, and the file that it was read from."""

    file: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many checkpoints were compared, how many agree; size and moment (seconds) of the newest that does."""

    compared: int
    agreeing: int
    size: int | None
    sealed_at: str | None


def read_claims(files: Iterable[Path], known: Sequence[Verifier]) -> tuple[list[Claim], list[Finding]]:
    """Read checkpoints; those that prove nothing are findings."""
    claims, found = [], []
    for file in files:
        try:
            claims.append(Claim(file.name, read_checkpoint(file, known)))
        except NoteError as error:
            found.append(Finding(_FAULTS[type(error)], f"{file.name} {error}"))
        except OSError as error:
            found.append(Finding(Fault.CHECKPOINT_UNREADABLE, f"{file.name} cannot be read: {error.strerror}"))
    return claims, found


def held_against(walk: Walk, claims: Iterable[Claim]) -> tuple[Agreement, list[Finding]]:
    """Compare the chain with each checkpoint."""
    found = [(claim, _contradiction(walk, claim)) for claim in claims]
    agreeing = [claim.checkpoint.size for claim, finding in found if finding is None]
    newest = max(agreeing, default=None)
    stop = None if newest is None else walk.reached.get(newest)
    sealed_at = None if stop is None or stop.sealed_at is None else str(stop.sealed_at)
    return Agreement(len(found), len(agreeing), newest, sealed_at), [
        finding for _, finding in found if finding is not None
    ]


def _contradiction(walk: Walk, claim: Claim) -> Finding | None:
    size, root = claim.checkpoint.size, claim.checkpoint.root
    if size > walk.size:
        return Finding(Fault.CHAIN_TRUNCATED, f"ends here; {claim.file} was signed at {size}", walk.size)
    reached = Stop(GENESIS, None) if size == 0 else walk.reached.get(size)
    if reached is None or reached.root != root:
        return Finding(Fault.CHAIN_REWRITTEN, f"has not the hash that {claim.file} was signed with", size)
    return None
