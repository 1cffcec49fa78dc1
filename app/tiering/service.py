"""Decide clients: pick the version, decide each, gather the answers. No database, no state of any client."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import orjson

from app.errors import FieldError, Problem, type_uri
from app.tiering.decider import Decider, Deciders, Given
from app.tiering.reasons import Words
from app.tiering.refusals import FactsRequired, InvalidFacts, NotApplicable, VersionWithoutRulebook
from app.tiering.schemas import ScoreBatch, ScoreItem, ScoreRequest, Standing


def score(deciders: Deciders, request: ScoreRequest, today: date) -> Words:
    """Decide a client under the rulebook it names, or under every one in force that applies."""
    as_of = request.as_of or today
    if request.rulebook is not None:
        decider = deciders.named(request.rulebook, request.version, as_of)
        return decider.decide(decider.read(request, as_of), as_of, request.client_id, nearest=request.nearest)
    if request.version is not None:
        raise VersionWithoutRulebook
    return _under_every(deciders.in_force(as_of), request, as_of)


def score_batch(deciders: Deciders, batch: ScoreBatch, today: date) -> bytes:
    """Decide every item; the answer's JSON. An item that cannot be decided holds a problem and nothing else fails."""
    as_of = batch.as_of or today
    decider = deciders.named(batch.rulebook, batch.version, as_of)
    results = [_result(decider, index, item, as_of) for index, item in enumerate(batch.items)]
    return orjson.dumps({"results": results})


def _under_every(deciders: list[Decider], request: ScoreRequest, as_of: date) -> Words:
    known = frozenset(name for decider in deciders for name in decider.book.facts)
    _check_standing(deciders, request.standing)
    decided, undecided = [], []
    for decider, given in _read_by_each(deciders, request, as_of, known):
        try:
            decided.append(decider.decide(given, as_of, request.client_id, nearest=request.nearest))
        except FactsRequired as refusal:
            undecided.append(_not_decided(decider, "facts_required", refusal))
        except NotApplicable as refusal:
            undecided.append(_not_decided(decider, "not_applicable", refusal))
    return {"as_of": as_of.isoformat(), "decisions": decided, "not_decided": undecided}


def _read_by_each(
    deciders: list[Decider], request: ScoreRequest, as_of: date, known: frozenset[str]
) -> Iterator[tuple[Decider, Given]]:
    """What each rulebook reads; raises InvalidFacts with the errors of all of them, each place once."""
    read: list[tuple[Decider, Given]] = []
    errors: dict[str, FieldError] = {}
    for decider in deciders:
        try:
            read.append((decider, decider.read(request, as_of, known)))
        except InvalidFacts as invalid:
            for error in invalid.errors:
                errors.setdefault(error.pointer, error)
    if errors:
        raise InvalidFacts(list(errors.values()))
    yield from read


def _check_standing(deciders: list[Decider], standing: Standing | None) -> None:
    labels = {label for decider in deciders if decider.book.tiers for label in decider.book.tiers.labels}
    if standing is not None and standing.tier not in labels:
        raise InvalidFacts(
            [FieldError(pointer="/standing/tier", code="unknown_tier", detail="is no tier of any rulebook in force")]
        )


def _not_decided(decider: Decider, reason: str, refusal: Problem) -> Words:
    facts = [error.pointer.rpartition("/")[2] for error in refusal.errors]
    return {"rulebook": decider.published.name, "reason": reason, "facts": facts}


def _result(decider: Decider, index: int, item: ScoreItem, as_of: date) -> Mapping[str, Any]:
    result: Words = {"index": index, "client_id": item.client_id, "status": 200, "decision": None, "problem": None}
    try:
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
