"""From what is stored and checked to what goes over the wire."""

from collections.abc import Sequence
from datetime import date

from app.rulebooks.check import Report, load_sound
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.values import Label
from app.rulebooks.explain import explain
from app.rulebooks.form import read_form
from app.rulebooks.published import Published
from app.rulebooks.refusals import RulebookUnreadable
from app.rulebooks.schemas import (
    BilingualText,
    CheckProblem,
    CheckReport,
    Explanation,
    RulebookSummary,
    SimulationSummary,
    StoredDraft,
    VersionDetail,
    VersionSummary,
)
from app.rulebooks.seen import Seen
from app.rulebooks.source_text import read_source
from app.rulebooks.tables import RulebookVersion


def as_report(report: Report) -> CheckReport:
    """A check's outcome."""
    problems = [
        CheckProblem(line=each.line, column=each.column, code=each.code, message=each.message, mend=each.mend)
        for each in report.problems
    ]
    return CheckReport(
        sound=report.sound is not None,
        digest=report.digest,
        problems=problems,
        proved=list(report.proved),
        notes=list(report.notes),
    )


def as_summary(seen: Seen) -> VersionSummary:
    """A stored version without its document."""
    return VersionSummary.model_validate(_fields(seen))


def as_stored(row: RulebookVersion, report: Report) -> StoredDraft:
    """A draft with its check."""
    return StoredDraft.model_validate({**_fields(Seen(row, None, [])), "check": as_report(report)})


def as_detail(seen: Seen, simulations: Sequence[SimulationSummary]) -> VersionDetail:
    """A stored version with its document, its rules in words, and what it would do."""
    row = seen.version
    document, _ = read_form(read_source(row.document).data)
    if document is None:
        raise RulebookUnreadable(f"Version {row.number} of {row.name} cannot be read by this build.")
    return VersionDetail.model_validate(
        {
            **_fields(seen),
            "title": as_text(document.title),
            "source": document.source,
            "notes": [as_text(note) for note in document.notes],
            "illustrative": as_text(document.illustrative),
            "document": row.document,
            "explanation": _explanation(row.document),
            "simulations": simulations,
        }
    )


def as_rulebook(published: Published, since: date) -> RulebookSummary:
    """The version of a rulebook in force in the whole bank, and since when."""
    document = published.sound.document
    return RulebookSummary(
        name=published.name,
        title=BilingualText(en=document.title.en, zh=document.title.zh),
        source=document.source,
        illustrative=as_text(document.illustrative),
        version=published.number,
        digest=published.sound.digest,
        effective_from=since,
        decides=decides(document),
        facts=list(document.facts),
    )


def decides(document: RulebookDocument) -> list[str]:
    """What a rulebook decides, by name."""
    scored = ["score"] if document.scorecard else []
    return [*document.classifications, *scored, *(["tier"] if document.tiers else [])]


def as_text(label: Label | None) -> BilingualText | None:
    """A text in both languages."""
    return BilingualText(en=label.en, zh=label.zh) if label else None


def _fields(seen: Seen) -> dict[str, object]:
    row = seen.version
    return {
        "name": row.name,
        "version": row.number,
        "digest": row.digest,
        "state": "published" if row.published_at else "draft",
        "effective_from": seen.first_day,
        "reigns": seen.reigns,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "published_at": row.published_at,
        "published_by": row.published_by,
    }


def _explanation(text: str) -> list[Explanation]:
    try:
        sound = load_sound(text)
    except ValueError:
        return []
    return [
        Explanation.model_validate(
            {
                "part": each.part,
                "label": as_text(each.label),
                "says": as_text(each.says),
                "source": each.source,
                "note": as_text(each.note),
                "illustrative": each.illustrative,
            }
        )
        for each in explain(sound)
    ]
