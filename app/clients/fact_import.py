"""Facts from a file: a line each. What a line tells is judged as in a bulk upload, but one bad line keeps all back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.clients.fact_chunks import CHUNK, RECORDED, UNCHANGED, Result, record_lines
from app.clients.fact_judging import Judge
from app.clients.fact_lines import FactRead, judged
from app.clients.fact_recording import Told
from app.clients.fact_schemas import FactName, FactValue, Source
from app.clients.import_remarks import governing_anywhere, unknown
from app.clients.refusals import ClientNotFound
from app.clients.schemas import ClientId
from app.http.types import Wire
from app.importing.cells import DayCell
from app.importing.kind import Applied, Flaw, Kind, Line, Tally
from app.trail.change import Change

_JUDGE: Final = "tierbook.fact_judge"
_COLUMNS: Final = {
    ClientNotFound.code: "client_id",
    "in_profile": "fact",
    "after_today": "as_of",
    "invalid_value": "value",
}


class FactRow(Wire):
    """A line of a file of facts."""

    client_id: ClientId
    fact: FactName
    value: FactValue
    as_of: DayCell
    source: Source | None = None


async def _apply(change: Change, lines: Sequence[Line[FactRow]], _: frozenset[str]) -> Applied:
    judge = await _judge(change)
    results = await record_lines(change, [_read(line, judge) for line in lines])
    kept = [result["status"] for result in results]
    tally = Tally(kept.count(RECORDED), 0, kept.count(UNCHANGED))
    return Applied(tally, list(_flaws(results)), Counter(_remarks(lines, results)))


async def _judge(change: Change) -> Judge:
    """The judge of this import, made with its first lines."""
    info = change.session.info
    if _JUDGE not in info:
        info[_JUDGE] = Judge(await governing_anywhere(change), change.today)
    judge: Judge = info[_JUDGE]
    return judge


def _read(line: Line[FactRow], judge: Judge) -> FactRead:
    row = line.row
    return judged(line.number, row.client_id, Told(row.fact, row.value, row.as_of, row.source), judge)


def _flaws(results: Sequence[Result]) -> Iterator[Flaw]:
    for result in results:
        if "code" in result:
            yield Flaw(result["line"], _COLUMNS.get(result["code"], ""), result["detail"])


def _remarks(lines: Sequence[Line[FactRow]], results: Sequence[Result]) -> Iterator[str]:
    """Of each line whose fact no rulebook reads."""
    for line, result in zip(lines, results, strict=True):
        if "read_by" in result:
            yield unknown(f"fact {line.row.fact}", result["nearest"])


KIND: Final[Kind[Any]] = Kind(
    row=FactRow,
    key=("client_id", "fact", "as_of", "source"),
    apply=_apply,
    headings={
        "客户号": "client_id",
        "客户编号": "client_id",
        "指标": "fact",
        "指标名称": "fact",
        "数值": "value",
        "指标值": "value",
        "日期": "as_of",
        "数据日期": "as_of",
        "来源": "source",
        "数据来源": "source",
    },
    at_once=CHUNK,
)
