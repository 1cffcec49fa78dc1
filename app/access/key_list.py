"""Keys as operations staff read them: a table for the terminal, JSON for programs. No secrets: none are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.access.tables import ApiKey

_SOON: Final = timedelta(days=14)
_COLUMNS: Final = (
    "Prefix",
    "Name 名称",
    "State 状态",
    "Created 创建",
    "Expires 到期",
    "Last used 最近使用",
    "Unit 机构",
    "Scopes 权限",
)
_WIDE: Final = 120
_STYLES: Final = {"active": "green", "ends soon": "yellow", "expired": "dim", "revoked": "red"}


def state(key: ApiKey, now: datetime) -> str:
    """Return `active`, `ends soon` (within 14 days), `expired` or `revoked`."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None or key.expires_at > now + _SOON:
        return "active"
    return "ends soon" if key.expires_at > now else "expired"


def as_table(keys: Sequence[ApiKey], now: datetime, zone: ZoneInfo) -> str:
    """Lay the keys out for a person, moments in the bank's time."""
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=column is not _COLUMNS[-1])
    for key in keys:
        condition = state(key, now)
        moments = (moment(each, zone) for each in (key.created_at, key.expires_at, key.last_used_at))
        styled = f"[{_STYLES[condition]}]{condition}[/]"
        table.add_row(key.prefix, escape(key.name), styled, *moments, key.unit or "–", " ".join(key.scopes))
    console = Console()
    console.width = max(console.width, _WIDE)
    with console.capture() as captured:
        console.print(table if keys else "No keys yet. Make one with: tierbook keys create --help")
    return captured.get()


def as_json(keys: Sequence[ApiKey], now: datetime) -> str:
    """Write the keys for a program, moments in UTC."""
    rows = [
        {
            "id": key.id,
            "prefix": key.prefix,
            "name": key.name,
            "state": state(key, now),
            "scopes": key.scopes,
            "unit": key.unit,
            "person": key.person,
            "created_at": key.created_at,
            "created_by": key.created_by,
            "expires_at": key.expires_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
            "rotated_from": key.rotated_from,
        }
        for key in keys
    ]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment for a person, in the bank's time; a dash for none."""
    return "–" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
