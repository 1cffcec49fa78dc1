"""Many lines of visits at one go: judged, recorded, noted in the trail, and told of one by one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from fastapi.concurrency import run_in_threadpool

from app.clients.erased import erased_of
from app.coverage.attainment.closed import Touched, settle
from app.coverage.bulk_visits.copying import copy_visits, digest_of
from app.coverage.bulk_visits.court import Court, court_of
from app.coverage.bulk_visits.lines import Result, VisitRead
from app.coverage.bulk_visits.planned import Plans, make_many_done
from app.coverage.bulk_visits.sifting import Sifted, sift
from app.coverage.known_terms import Desk
from app.coverage.refusals import ExternalIdTaken
from app.coverage.visits.judging import written_of_erased
from app.coverage.visits.told import OnDay, Visit
from app.errors import body_pointer
from app.organisation.faults import Fault
from app.trail.change import Change
from app.trail.entry import Entry

CHUNK: Final = 5_000
"""Lines that are recorded at one go."""

RECORDED: Final = 201
UNCHANGED: Final = 200


class Judged(NamedTuple):
    """Lines that were judged: all of them in their order, those that can be recorded, what the others came to.

    `persons` are the clients among them who are natural persons.
    """

    lines: Sequence[int]
    sound: Mapping[int, Visit]
    refused: Mapping[int, Result]
    persons: Collection[str]
    plans: Plans
    denials: Sequence[Entry]


async def judge_lines(change: Change, desk: Desk, read: Sequence[VisitRead]) -> Judged:
    """Judge visits by what stands now, and write nothing: while others are being recorded, the next can be judged."""
    lines = [each.line for each in read]
    refused = {each.line: each.refusal for each in read if each.refusal is not None}
    told = {each.line: OnDay(each.told, each.day) for each in read if each.told is not None}
    if not told:
        return Judged(lines, {}, refused, (), Plans({}), [])
    court = await court_of(change, desk.registry, list(told.values()))
    judged = await run_in_threadpool(_judged, court, told)
    sound = {line: one for line, one in judged.items() if isinstance(one, Visit)}
    refused |= {line: _refusal(line, one) for line, one in judged.items() if not isinstance(one, Visit)}
    return Judged(lines, sound, refused, court.grounds.persons, court.plans, list(court.denials.values()))


async def record_lines(change: Change, desk: Desk, judged: Judged, *, look: bool) -> list[Result]:
    """Record the visits that can be, note them and what was denied, and tell of every line what became of it.

    Where `look`, those that are known already are looked for first; else one that is raises IntegrityError.
    """
    await change.note(*judged.denials)
    results = {**judged.refused, **await _recorded(change, desk, judged, look=look)}
    return [results[line] for line in judged.lines]


def _judged(court: Court, told: Mapping[int, OnDay]) -> dict[int, Visit | Sequence[Fault]]:
    """Judge each, beside the event loop; some 20 µs a line."""
    return {line: court.judge(one) for line, one in told.items()}


async def _recorded(change: Change, desk: Desk, judged: Judged, *, look: bool) -> dict[int, Result]:
    """Write those that are new, and tell of each which visit it is."""
    sound, refused = await _not_of_erased(change, judged)
    if not sound:
        return refused
    sifted = dict(zip(sound, await sift(change, list(sound.values()), look=look), strict=True))
    new = {line: sound[line] for line, each in sifted.items() if each.is_new}
    if new:
        visits = list(new.values())
        await copy_visits(change, visits, [sifted[line].mark for line in new])
        done = await make_many_done(change, judged.plans.done_by(visits))
        digest = await run_in_threadpool(digest_of, visits)
        await change.note(_entry(change, list(new), digest, done))
        await settle(change, desk, [Touched(each.client_id, each.day, each.id, each.reason) for each in visits])
    return refused | {line: _result(line, each) for line, each in sifted.items()}


async def _not_of_erased(change: Change, judged: Judged) -> tuple[Mapping[int, Visit], dict[int, Result]]:
    """Those that may be kept; and what the others come to: written of a person who was erased since the judging."""
    sound, persons = judged.sound, judged.persons
    written = {line: each for line, each in sound.items() if each.client_id in persons and each.is_written_of}
    erased = await erased_of(change.session, {each.client_id for each in written.values()}) if written else set()
    late = {line: each for line, each in written.items() if each.client_id in erased}
    refused = {line: _refusal(line, list(written_of_erased(each.texts, each.outside))) for line, each in late.items()}
    return {line: each for line, each in sound.items() if line not in late}, refused


def _entry(change: Change, lines: Sequence[int], digest: str, done: Collection[UUID]) -> Entry:
    after = {
        "recorded": len(lines),
        "first_line": lines[0],
        "last_line": lines[-1],
        "digest": digest,
        "plans_done": sorted(map(str, done)),
    }
    load_id = change.actor.request_id or change.actor.name
    return Entry("visits.recorded", "visit_load", load_id, change.actor.unit, after=after)


def _result(line: int, sifted: Sifted) -> Result:
    if sifted.visit_id is None:
        taken = ExternalIdTaken()
        detail = "; ".join(f"{each.pointer} {each.detail}" for each in taken.errors)
        return {"line": line, "status": taken.status, "code": taken.code, "detail": detail}
    return {"line": line, "status": RECORDED if sifted.is_new else UNCHANGED, "visit_id": sifted.visit_id}


def _refusal(line: int, faults: Sequence[Fault]) -> Result:
    first = faults[0].problem
    detail = "; ".join(f"{body_pointer(each.place)} {each.says}" for each in faults)
    return {"line": line, "status": first.status, "code": first.code, "detail": detail}
