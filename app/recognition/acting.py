"""Acting on a nomination: opinions, votes, recusals, withdrawal, filing (domain.md A4, A13, B6, B7).

Whoever comes after a step's last day finds the case ended as time has it: that is stored, and TooLate is returned for
an answer. It is not raised, for what raises is undone.
"""

from collections.abc import Mapping
from uuid import UUID

from app.clients.leading import check_leads
from app.errors import FieldError, body_pointer
from app.kernel.fact import RawValue
from app.kernel.quantity import QuantityError
from app.kernel.recognition import Action, Assess, Case, CastVote, Choice, File, Recuse, Withdraw
from app.kernel.recognition_steps import transition
from app.kernel.workflow import Refusal
from app.organisation.queries import committee, head_office
from app.recognition.authority import acting_units
from app.recognition.desk import Desk, Taken, taken_up
from app.recognition.experts import conclude
from app.recognition.keeping import end_late, keep
from app.recognition.noting import denied, noted
from app.recognition.refusals import ANSWERS, NotTheirsToFile, TooLate, WrongScores
from app.recognition.tables import NominationRecord
from app.standing.casework import CaseStep, answer_to, person_of

Done = NominationRecord | TooLate


async def vote(desk: Desk, nomination_id: UUID, choice: Choice, reason: str) -> Done:
    """Cast the acting member's vote; the last one that is waited for decides. Raises what the kernel refuses."""
    person = person_of(desk.change)
    told = {"member": person, "choice": choice}
    return await _act(desk, nomination_id, CastVote(person, choice, reason), CaseStep("voted", told, reason))


async def recuse(desk: Desk, nomination_id: UUID, reason: str) -> Done:
    """Have the acting member withhold from the vote. Raises what the kernel refuses."""
    person = person_of(desk.change)
    return await _act(desk, nomination_id, Recuse(person, reason), CaseStep("recused", {"member": person}, reason))


async def withdraw(desk: Desk, nomination_id: UUID, reason: str) -> Done:
    """Have a nominator take the nomination back. Raises what the kernel refuses."""
    action = Withdraw(person_of(desk.change), reason)
    return await _act(desk, nomination_id, action, CaseStep("withdrawn", {}, reason))


async def file(desk: Desk, nomination_id: UUID) -> Done:
    """File a recognised regional client with head office, for which it is never too late; raises NotTheirsToFile.

    Head office takes the filing where the branch that recognised stands no longer.
    """
    change, person = desk.change, person_of(desk.change)
    found = await taken_up(desk, nomination_id)
    files = {found.record.decided_by, await head_office(change.session, change.today)}
    if not files.intersection(await acting_units(change)):
        change.deny(denied(found, "filed", "the branch that recognised files, or head office"))
        raise NotTheirsToFile
    return await _act_on(desk, found, File(person), CaseStep("filed", {"by": person}))


async def assess(desk: Desk, nomination_id: UUID, scores: Mapping[str, RawValue], remark: str) -> Done:
    """Keep the acting expert's opinion; with the last that is needed its facts are recorded, and the vote opens.

    It is for experts of the lead unit or above it, as the nomination is. Raises LeadsElsewhere, WrongScores, and what
    the kernel refuses.
    """
    change, person = desk.change, person_of(desk.change)
    found = await taken_up(desk, nomination_id)
    await check_leads(change, found.client)
    if late := await _ended_by_time(desk, found):
        return late
    members = await committee(change.session, found.record.decided_by, change.today)
    case = _after(desk, found, Assess(person, _encoded(found, scores), remark, members), "assessed")
    said = noted(found, case, CaseStep("assessed", {"expert": person}, remark))
    await keep(desk, found, await conclude(desk, found, case) if case.state == "vote" else case, said)
    return found.record


async def _act(desk: Desk, nomination_id: UUID, action: Action, step: CaseStep) -> Done:
    return await _act_on(desk, await taken_up(desk, nomination_id), action, step)


async def _act_on(desk: Desk, found: Taken, action: Action, step: CaseStep) -> Done:
    if late := await _ended_by_time(desk, found):
        return late
    case = _after(desk, found, action, step.name)
    await keep(desk, found, case, noted(found, case, step))
    return found.record


async def _ended_by_time(desk: Desk, found: Taken) -> TooLate | None:
    """End the nomination where its time is over, and say so; None where it is not."""
    if not found.late(desk.today):
        return None
    await end_late(desk, found)
    ended = f"The {found.case.state} had time until {found.case.due}; it is {found.record.state} now."
    return TooLate(ended)


def _after(desk: Desk, found: Taken, action: Action, step: str) -> Case:
    """The case after an action; raises what the kernel's refusal is answered as."""
    case = transition(found.rules, found.case, action, desk.today)
    if isinstance(case, Refusal):
        raise answer_to(desk.change, case, ANSWERS, denied(found, step, case.code))
    return case


def _encoded(found: Taken, scores: Mapping[str, RawValue]) -> dict[str, int]:
    """The values as the rulebook's facts are encoded; raises WrongScores where it reads one not, or asks for others."""
    errors = [_wrong(name, "missing", "is asked for") for name in found.rules.scores if name not in scores]
    encoded: dict[str, int] = {}
    for name, value in scores.items():
        if name not in found.rules.scores:
            errors.append(_wrong(name, "not_asked_for", "is not asked for"))
            continue
        try:
            encoded[name] = found.book.facts[name].encode(value)
        except QuantityError as error:
            errors.append(_wrong(name, "invalid_value", str(error)))
    if errors:
        raise WrongScores("An opinion gives a value of each of these: " + ", ".join(found.rules.scores), errors=errors)
    return encoded


def _wrong(name: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=body_pointer(("scores", name)), code=code, detail=detail)
