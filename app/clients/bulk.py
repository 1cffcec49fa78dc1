"""Many clients at once: each is read, judged and stored by itself, all in one transaction."""

from collections.abc import Sequence
from typing import Any

from app.clients.documents import Document, Refused
from app.clients.putting import put_clients
from app.clients.schemas import ClientResult
from app.clients.wire import as_document, as_result, unreadable
from app.errors import Problem
from app.trail.change import Change


async def put_items(change: Change, items: Sequence[Any]) -> list[ClientResult]:
    """Store what can be stored, and tell of every item, in order. Denials go into the trail with it."""
    results: dict[int, ClientResult] = {}
    documents: dict[int, Document] = {}
    for index, item in enumerate(items):
        try:
            documents[index] = as_document(item)
        except Problem as problem:
            results[index] = unreadable(index, item, problem)
    verdicts = await put_clients(change, list(documents.values()))
    for (index, document), verdict in zip(documents.items(), verdicts, strict=True):
        results[index] = as_result(index, document.client_id, verdict)
    await change.note(*(denial for each in verdicts if isinstance(each, Refused) for denial in each.denials))
    return [results[index] for index in range(len(items))]
