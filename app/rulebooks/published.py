"""A published version in memory, compiled; or the place that it takes where this build cannot read it."""

from dataclasses import dataclass
from datetime import date

from app.kernel.score import Scorer
from app.rulebooks.check import SoundRulebook, load_sound
from app.rulebooks.tables import RulebookVersion


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A published version, ready to decide."""

    name: str
    number: int
    effective_from: date
    sound: SoundRulebook
    scorer: Scorer


@dataclass(frozen=True, slots=True, eq=False)
class Unreadable:
    """A version that this build cannot read. It governs from its day on: the one before must not go on in its place."""

    name: str
    number: int
    effective_from: date
    error: str


def read_published(row: RulebookVersion) -> Published | Unreadable:
    """Compile a stored version. Never raises: one that fails here must not keep the others from being read."""
    assert row.effective_from is not None  # noqa: S101  the table's own constraint
    try:
        sound = load_sound(row.document, row.digest)
        return Published(row.name, row.number, row.effective_from, sound, Scorer(sound.rulebook))
    except Exception as error:  # noqa: BLE001  whatever a document of another build does to this one
        return Unreadable(row.name, row.number, row.effective_from, f"{type(error).__name__}: {error}"[:200])
