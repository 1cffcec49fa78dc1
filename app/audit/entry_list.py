"""Entries as an auditor reads them: a table for the terminal, tab-separated lines for whatever else."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.trail.tables import AuditEntry

_COLUMNS: Final = (
    "Id",
    "At 时间",
    "Who 操作者",
    "Action 动作",
    "Object 对象",
    "Unit 机构",
    "Outcome 结果",
    "Reason 理由",
)
_WIDE: Final = 120


def as_table(entries: Sequence[AuditEntry], zone: ZoneInfo) -> str:
    """Lay entries out for a person, moments in the bank's time."""
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=column is not _COLUMNS[-1])
    for entry in entries:
        at = f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        who = entry.key_name if entry.person is None else f"{entry.person} ({entry.key_name})"
        about = (entry.action, f"{entry.object_type}/{entry.object_id}", entry.unit, entry.outcome, entry.reason)
        table.add_row(str(entry.id), at, *(escape(_printable(each)) for each in (who, *about)))
    console = Console(highlight=False)
    console.width = max(console.width, _WIDE)
    with console.capture() as captured:
        console.print(table if entries else "No entries.")
    return captured.get()


def as_lines(entries: Sequence[AuditEntry], zone: ZoneInfo) -> str:
    """An entry a line; moments in the bank's time, with their offset.

    Id, moment, key, person, action, object's type and id, unit, outcome, reason, request id.
    """
    return "".join("\t".join(_printable(cell) for cell in _cells(entry, zone)) + "\n" for entry in entries)


def _cells(entry: AuditEntry, zone: ZoneInfo) -> tuple[str | None, ...]:
    at = entry.at.astimezone(zone).isoformat(timespec="microseconds")
    about = (entry.action, entry.object_type, entry.object_id, entry.unit, entry.outcome, entry.reason)
    return (str(entry.id), at, entry.key_name, entry.person, *about, entry.request_id)


def _printable(text: str | None) -> str:
    """The text without what a terminal obeys or what ends a cell; nothing for none."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text or "")
