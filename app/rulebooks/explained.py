"""A rulebook's explanation as lines for a terminal."""

from collections.abc import Iterator

from app.rulebooks.check import SoundRulebook
from app.rulebooks.explain import Explanation, explain


def as_lines(sound: SoundRulebook) -> Iterator[str]:
    """The title, the digest, and every part with what it says in both languages and where that stands."""
    document = sound.document
    yield f"{document.title.en} / {document.title.zh}"
    yield f"{document.rulebook}, {sound.digest}"
    if document.illustrative:
        yield f"[illustrative 示例] {document.illustrative.en} / {document.illustrative.zh}"
    for note in document.notes:
        yield f"note: {note.en} / {note.zh}"
    for part in explain(sound):
        yield ""
        yield from _lines(part)


def _lines(part: Explanation) -> Iterator[str]:
    label = f"  {part.label.en} / {part.label.zh}" if part.label else ""
    yield f"{part.part}{label}{'  [illustrative 示例]' if part.illustrative else ''}"
    yield f"  {part.says.en}"
    yield f"  {part.says.zh}"
    if part.note:
        yield f"  note: {part.note.en} / {part.note.zh}"
    yield f"  source: {part.source}"
