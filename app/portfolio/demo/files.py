"""The made-up bank as files that `tierbook import` reads, each by its own kind."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from app.clients.profile import ATTRIBUTES
from app.portfolio.demo.bank import OPENED, POSTED, Bank, OfficerLine, UnitLine
from app.portfolio.demo.book import DemoClient

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "units": (*UnitLine._fields, "from"),
    "officers": (*OfficerLine._fields, "from"),
    "clients": ("client_id", *ATTRIBUTES, "unit"),
    "assignments": ("client_id", "officer_id", "role", "owner"),
    "facts": ("client_id", "fact", "value", "as_of", "source"),
}
Rows = Iterable[Sequence[Any]]


def write_files(folder: Path, bank: Bank, clients: Iterable[DemoClient]) -> Iterator[int]:
    """Write units, officers, clients, assignments and facts, each `<kind>.csv`; yields a 1 for each client."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        opened = {
            kind: files.enter_context((folder / f"{kind}.csv").open("w", encoding="utf-8", newline=""))
            for kind in _COLUMNS
        }
        writers = {kind: csv.writer(file, lineterminator="\n") for kind, file in opened.items()}
        for kind, columns in _COLUMNS.items():
            writers[kind].writerow(columns)
        writers["units"].writerows((*unit, OPENED) for unit in bank.units)
        writers["officers"].writerows((*officer, POSTED) for officer in bank.officers)
        for client in clients:
            writers["clients"].writerow(_cells(client))
            writers["assignments"].writerow((client.client_id, client.owner, "relationship_manager", "yes"))
            writers["facts"].writerows((client.client_id, *fact) for fact in client.facts)
            yield 1


def _cells(client: DemoClient) -> list[Any]:
    values = [client.profile.attributes[name] for name in ATTRIBUTES]
    told = ["yes" if each is True else "no" if each is False else each for each in values]
    return [client.client_id, *told, client.profile.unit]
