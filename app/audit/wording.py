"""What verification proved, in words for a person and as data for a program."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from app.audit.findings import Finding
from app.audit.verify import Report


def report_lines(report: Report, zone: ZoneInfo) -> Iterator[str]:
    """Say what was proved, and each finding on a line of its own; moments in the bank's time."""
    if report.clean:
        yield f"{_extent(report, zone)} unbroken (完整); {_agreement(report, zone)}; {report.pending:,} not yet sealed"
        return
    first = "" if report.findings.first is None else f", first at position {report.findings.first:,}"
    yield f"{_extent(report, zone)} BROKEN (不完整){first}: {report.findings.count:,} found"
    for finding in report.findings.listed:
        yield f"{finding.fault.value:<22} {_place(finding)}{finding.detail}"
    if report.findings.count > len(report.findings.listed):
        yield f"and {report.findings.count - len(report.findings.listed):,} more"
    yield f"{_agreement(report, zone)}; {report.pending:,} not yet sealed"


def report_data(report: Report) -> dict[str, Any]:
    """The same for a program, moments in UTC."""
    agreement = report.agreement
    return {
        "clean": report.clean,
        "entries": report.entries,
        "first_at": moment(report.first_at),
        "last_at": moment(report.last_at),
        "checkpoints": {
            "compared": agreement.compared,
            "agreeing": agreement.agreeing,
            "newest_size": agreement.size,
            "newest_sealed_at": moment(agreement.sealed_at),
        },
        "pending": report.pending,
        "findings_count": report.findings.count,
        "first_broken_position": report.findings.first,
        "findings": [
            {"fault": each.fault, "position": each.position, "entry_id": each.entry_id, "detail": each.detail}
            for each in report.findings.listed
        ],
    }


def moment(seconds: str | None) -> datetime | None:
    """The moment of so many seconds since 1970; None where it is none, or none that a calendar has."""
    try:
        return None if seconds is None else datetime.fromtimestamp(int(Decimal(seconds)), UTC)
    except (InvalidOperation, OverflowError, ValueError):
        return None


def _extent(report: Report, zone: ZoneInfo) -> str:
    if report.entries == 0:
        return "0 entries"
    return f"{report.entries:,} entries from {_said(report.first_at, zone)} to {_said(report.last_at, zone)}"


def _agreement(report: Report, zone: ZoneInfo) -> str:
    agreement = report.agreement
    if agreement.compared == 0:
        return "no checkpoint to hold it against (无检查点), so that a cut at its end would not show"
    if agreement.size is None:
        return f"agrees with none of {agreement.compared:,} checkpoints"
    some = agreement.agreeing < agreement.compared
    several = f"{agreement.agreeing:,} of {agreement.compared:,}" if some else f"{agreement.compared:,}"
    since = "" if agreement.size == 0 else f" of {_said(agreement.sealed_at, zone)}"
    noun = "checkpoint" if agreement.compared == 1 else "checkpoints"
    return f"agrees with {several} {noun}, the newest{since} at {agreement.size:,}"


def _place(finding: Finding) -> str:
    parts = []
    if finding.position is not None:
        parts.append(f"position {finding.position}")
    if finding.entry_id is not None:
        parts.append(f"entry {finding.entry_id}")
    return f"{', '.join(parts)}: " if parts else ""


def _said(seconds: str | None, zone: ZoneInfo) -> str:
    at = moment(seconds)
    return "?" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
