"""What the experts' opinions come to: one value of each fact, recorded, and the standard asked once more (A4, A7).

The value that counts is the median: of two middle ones the lower. It is recorded with the expert who gave it as its
source, the first of several; every opinion stays with the nomination. The vote opens whatever the standard then says:
the committee decides, with that before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.clients.fact_recording import Told
from app.clients.facts import record_facts
from app.kernel.recognition import Case, Opinion
from app.kernel.rulebook import Rulebook
from app.recognition.desk import Desk, Taken, by_the_standard
from app.recognition.stored import tiers_of


def medians(opinions: Sequence[Opinion]) -> Iterator[tuple[str, int, str]]:
    """Each fact with the median of its values, the lower of two, and the first expert who gave it."""
    for name in opinions[0].scores:
        value = sorted(each.scores[name] for each in opinions)[(len(opinions) - 1) // 2]
        yield name, value, next(each.expert for each in opinions if each.scores[name] == value)


async def conclude(desk: Desk, taken: Taken, case: Case) -> Case:
    """Record what the experts found, and keep with the nomination what the standard says of the client then.

    Where the nomination left the tier open, the case goes on to the one that is earned now, if any is.
    """
    tiers, asked = tiers_of(taken.book), taken.record.tier_asked
    await record_facts(desk.change, taken.client.id, list(_told(taken.book, case.opinions, desk.today)))
    rank = tiers.labels.index(asked) if asked is not None else None
    judgement = await by_the_standard(desk, taken.client.id, taken.published, rank)
    taken.record.assessment = judgement.as_json(tiers)
    return replace(case, tier=judgement.tier) if judgement.tier > tiers.otherwise else case


def _told(book: Rulebook, opinions: Sequence[Opinion], today: date) -> Iterator[Told]:
    for name, value, expert in medians(opinions):
        yield Told(name, book.facts[name].render(value), today, f"expert:{expert}")
