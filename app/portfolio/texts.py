"""What is known of many clients, fact by fact: texts as they were recorded, and the integers they stand for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from app.kernel.fact import Fact
from app.kernel.quantity import QuantityError
from app.portfolio.gathering import Known


class Column(NamedTuple):
    """A fact of every client, None where it is not known or cannot be read; and the places of those that cannot."""

    values: pl.Series
    unreadable: Sequence[int]


class Texts:
    """The texts of clients by fact, in the order of the clients; read once, however many versions declare the fact."""

    def __init__(self, clients: Iterable[str], columns: Mapping[str, Sequence[str | None]]) -> None:
        self.clients = tuple(clients)
        self.columns = columns
        self._read: dict[Fact, Column] = {}

    @classmethod
    def of_known(cls, clients: Sequence[str], known: Known, names: Iterable[str]) -> "Texts":
        """The texts of what is known of some clients."""
        facts = [known[client] for client in clients]
        return cls(
            clients, {name: [told and told.value for told in (each.get(name) for each in facts)] for name in names}
        )

    def among(self, clients: Sequence[str]) -> "Texts":
        """Those of some of the clients."""
        if len(clients) == len(self.clients):
            return self
        places = {client: at for at, client in enumerate(self.clients)}
        some = [places[client] for client in clients]
        return Texts(clients, {name: [column[at] for at in some] for name, column in self.columns.items()})

    def read(self, fact: Fact) -> Column:
        """A fact as a rulebook reads it."""
        if fact not in self._read:
            self._read[fact] = _column(fact, self.columns[fact.name])
        return self._read[fact]


def _column(fact: Fact, texts: Sequence[str | None]) -> Column:
    """Files and ledgers repeat themselves: each text is read once."""
    read: dict[str | None, int | None] = {None: None}
    bad = set[str | None]()
    for text in {each for each in texts if each is not None}:
        try:
            read[text] = fact.encode(text)
        except QuantityError:
            read[text] = None
            bad.add(text)
    unreadable = [at for at, text in enumerate(texts) if text in bad] if bad else []
    return Column(pl.Series([read[text] for text in texts], dtype=pl.Int64), unreadable)
