"""Decide clients: pick the version, decide each, gather the answers. No database, no state of any client."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import orjson
from pydantic import ValidationError

from app.errors import FieldError, Problem, Unprocessable, type_uri
from app.http import field_errors
from app.http.direct_call import invalid_body
from app.tiering.decider import Decider, Deciders, Given
from app.tiering.reasons import Words
from app.tiering.refusals import FactsRequired, InvalidFacts, NotApplicable, VersionWithoutRulebook
from app.tiering.schemas import ScoreBatch, ScoreItem, ScoreRequest, Standing

PIECE: Final = 100
"""Decisions that are made at one go: some 20 ms, after which others have their turn."""


def score(deciders: Deciders, request: ScoreRequest, today: date) -> Words:
    """Decide a client under the rulebook it names, or under every one in force that applies."""
    as_of = request.as_of or today
    if request.rulebook is not None:
        decider = deciders.named(request.rulebook, request.version, as_of)
        return decider.decide(decider.read(request, as_of), as_of, request.client_id, nearest=request.nearest)
    if request.version is not None:
        raise VersionWithoutRulebook
    return _under_every(deciders.in_force(as_of), request, as_of, deciders.unreadable(as_of))


def score_batch(deciders: Deciders, batch: ScoreBatch, today: date) -> Iterator[bytes]:
    """Decide every item; the answer's JSON, piece by piece, so that ten thousand decisions never stand in memory.

    An item that cannot be read or decided holds a problem and nothing else fails.
    """
    as_of = batch.as_of or today
    return _answered(deciders.named(batch.rulebook, batch.version, as_of), batch.items, as_of)


def _answered(decider: Decider, items: list[Any], as_of: date) -> Iterator[bytes]:
    yield b'{"results":['
    for start in range(0, len(items), PIECE):
        piece = enumerate(items[start : start + PIECE], start)
        results = b",".join(orjson.dumps(_result(decider, index, item, as_of)) for index, item in piece)
        yield b"," + results if start else results
    yield b"]}"


def _under_every(deciders: list[Decider], request: ScoreRequest, as_of: date, unreadable: list[str]) -> Words:
    """Decide under each. What no readable rulebook knows is an error, unless one that cannot be read may know it."""
    known = {name for decider in deciders for name in decider.book.facts}
    if unreadable:
        known |= request.facts.keys()
    else:
        _check_standing(deciders, request.standing)
    read, refused = _read_by_each(deciders, request, as_of, frozenset(known))
    undecided: list[Words] = [{"rulebook": name, "reason": "unreadable", "facts": []} for name in unreadable]
    undecided += [_not_decided(each, "invalid_facts", refusal) for each, refusal in refused]
    decided = []
    for decider, given in read:
        try:
            decided.append(decider.decide(given, as_of, request.client_id, nearest=request.nearest))
        except FactsRequired as refusal:
            undecided.append(_not_decided(decider, "facts_required", refusal))
        except NotApplicable as refusal:
            undecided.append(_not_decided(decider, "not_applicable", refusal))
    return {"as_of": as_of.isoformat(), "decisions": decided, "not_decided": undecided}


def _read_by_each(
    deciders: list[Decider], request: ScoreRequest, as_of: date, known: frozenset[str]
) -> tuple[list[tuple[Decider, Given]], list[tuple[Decider, InvalidFacts]]]:
    """What each rulebook reads, and those that cannot; raises InvalidFacts for what no rulebook can."""
    read: list[tuple[Decider, Given]] = []
    refused: list[tuple[Decider, InvalidFacts]] = []
    for decider in deciders:
        try:
            read.append((decider, decider.read(request, as_of, known)))
        except InvalidFacts as invalid:
            refused.append((decider, invalid))
    errors = {error.pointer: error for _, invalid in refused for error in invalid.errors}
    nobodys = [error for error in errors.values() if not _readers(error, deciders, refused)]
    if nobodys:
        raise InvalidFacts(nobodys)
    return read, refused


def _readers(error: FieldError, deciders: list[Decider], refused: list[tuple[Decider, InvalidFacts]]) -> list[Decider]:
    """The rulebooks that know the fact and find nothing wrong with it there."""
    refusing = [
        decider for decider, invalid in refused if any(each.pointer == error.pointer for each in invalid.errors)
    ]
    return [each for each in deciders if _fact(error) in each.book.facts and each not in refusing]


def _check_standing(deciders: list[Decider], standing: Standing | None) -> None:
    labels = {label for decider in deciders if decider.book.tiers for label in decider.book.tiers.labels}
    if standing is not None and standing.tier not in labels:
        raise InvalidFacts(
            [FieldError(pointer="/standing/tier", code="unknown_tier", detail="is no tier of any rulebook in force")]
        )


def _not_decided(decider: Decider, reason: str, refusal: Problem) -> Words:
    return {"rulebook": decider.published.name, "reason": reason, "facts": [*map(_fact, refusal.errors)]}


def _fact(error: FieldError) -> str:
    """The fact that an error points at, `/facts/<name>` or below."""
    return error.pointer.split("/")[2]


def _result(decider: Decider, index: int, given: Any, as_of: date) -> Words:
    result: Words = {"index": index, "client_id": _client_id(given), "status": 200, "decision": None, "problem": None}
    try:
        item = _read_item(given)
        result["decision"] = decider.decide(decider.read(item, as_of), as_of, item.client_id)
    except Problem as refused:
        result["status"] = refused.status
        result["problem"] = {
            "type": type_uri(refused.code),
            "title": refused.title,
            "status": refused.status,
            "detail": refused.detail,
            "errors": [error.model_dump() for error in refused.errors],
        }
    return result


def _read_item(given: Any) -> ScoreItem:
    try:
        return ScoreItem.model_validate(given)
    except ValidationError as error:
        raise Unprocessable(errors=field_errors.of(invalid_body(error, given))) from None


def _client_id(given: Any) -> str | None:
    """The item's own mark, also where the item is not valid: how else would the caller know which?"""
    found = given.get("client_id") if isinstance(given, dict) else None
    return found if isinstance(found, str) else None
