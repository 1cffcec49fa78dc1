"""Facts between the wire and the verbs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from app.clients.fact_chunks import RECORDED, UNCHANGED
from app.clients.fact_judging import Judgement
from app.clients.fact_recording import Told
from app.clients.fact_schemas import FactHistory, FactOnDay, FactResult, FactsOrder, MaxAge, RecordedFact
from app.clients.facts import KnownFact
from app.http.paging import next_cursor
from app.rulebooks.published import Published

_RECORDED: Final = ("value", "as_of", "source", "recorded_at", "recorded_by")


def told_of(order: FactsOrder, today: date) -> list[Told]:
    """What a request tells, each fact with its day and its source."""
    day = order.as_of or today
    return [
        Told(name, each.value, each.as_of or day, each.source or order.source) for name, each in order.facts.items()
    ]


def as_results(told: Sequence[Told], judgements: Mapping[str, Judgement], new: Mapping[str, bool]) -> list[FactResult]:
    """What became of each; `new` says of those that are kept whether they were."""
    return [_result(fact.name, judgements[fact.name], new=new.get(fact.name)) for fact in told]


def as_facts(known: Mapping[str, KnownFact], governing: Sequence[Published], day: date) -> dict[str, FactOnDay]:
    """What is known on a day, by name, with its age and what the rulebooks that govern say to it."""
    return {name: _on_day(fact, _ages(name, fact, governing, day), day) for name, fact in sorted(known.items())}


def as_history(rows: Sequence[Row[Any]], limit: int) -> FactHistory:
    """A page of so many records, of rows that may hold one more."""
    items = [RecordedFact(**{name: getattr(row, name) for name in _RECORDED}) for row in rows[:limit]]
    return FactHistory(items=items, next_cursor=next_cursor(rows, limit, lambda row: row.id))


def _result(name: str, judgement: Judgement, *, new: bool | None) -> FactResult:
    if judgement.fault:
        status, code, detail = judgement.fault
        return FactResult(fact=name, status=status, code=code, detail=detail)
    status = RECORDED if new else UNCHANGED
    return FactResult(fact=name, status=status, read_by=list(judgement.read_by), nearest=judgement.nearest)


def _on_day(fact: KnownFact, ages: list[MaxAge], day: date) -> FactOnDay:
    stale = any(each.stale for each in ages)
    return FactOnDay(**fact._asdict(), age_days=(day - fact.as_of).days, stale=stale, max_ages=ages)


def _ages(name: str, fact: KnownFact, governing: Iterable[Published], day: date) -> list[MaxAge]:
    declared = ((each.name, each.sound.rulebook.facts.get(name)) for each in governing)
    return [
        MaxAge(rulebook=rulebook, max_age=str(found.max_age), stale=found.is_stale(fact.as_of, day))
        for rulebook, found in declared
        if found is not None and found.max_age is not None
    ]
