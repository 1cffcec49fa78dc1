"""Many clients at once: each is read, judged and stored by itself, all in one transaction."""

from collections.abc import Sequence
from typing import Any

from app.clients.documents import Document
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
    outcomes = await put_clients(change, list(documents.values()))
    for index, outcome in zip(documents, outcomes, strict=True):
        results[index] = as_result(index, outcome)
    await change.note(*(denial for outcome in outcomes for denial in outcome.denials))
    return [results[index] for index in range(len(items))]
