"""A published version in memory, compiled; or the place that it takes where this build cannot read it."""

from dataclasses import dataclass

from app.kernel.score import Scorer
from app.rulebooks.check import SoundRulebook, load_sound
from app.rulebooks.tables import RulebookVersion


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A published version, ready to decide; where and when it governs say its reigns."""

    name: str
    number: int
    sound: SoundRulebook
    scorer: Scorer


@dataclass(frozen=True, slots=True, eq=False)
class Unreadable:
    """A version that this build cannot read. It governs where it reigns: no other may go on in its place."""

    name: str
    number: int
    error: str


def read_published(row: RulebookVersion) -> Published | Unreadable:
    """Compile a stored version. Never raises: one that fails here must not keep the others from being read."""
    try:
        sound = load_sound(row.document, row.digest)
        return Published(row.name, row.number, sound, Scorer(sound.rulebook))
    except Exception as error:  # noqa: BLE001  whatever a document of another build does to this one
        return Unreadable(row.name, row.number, f"{type(error).__name__}: {error}"[:200])
