"""Reigns in the database: never two versions for one client on one day, and nothing that has passed ever changes."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Problem
from app.rulebooks import reigning
from app.rulebooks.refusals import EffectiveDateTaken, ReignOverlaps
from app.rulebooks.reign import Reign, Reigns, Term
from app.rulebooks.tables import RulebookVersion
from tests.rulebooks.small_bank import MOVED, UNITS, found_small_bank, path_of
from tests.service import NOON, change_of

NAME = "book"
NOW = date(2026, 11, 22)
DAYS = [MOVED + timedelta(offset) for offset in range(-4, 8)]


@pytest.fixture
async def versions(session: AsyncSession) -> list[RulebookVersion]:
    """Three versions in a small bank that governs by none of them yet."""
    await found_small_bank(session)
    made = [
        RulebookVersion(
            name=NAME,
            number=number,
            digest=f"sha256:{number}",
            document="",
            created_at=NOON,
            created_by="test",
            published_at=NOON,
            published_by="test",
        )
        for number in (1, 2, 3)
    ]
    session.add_all(made)
    await session.flush()
    return made


def any_term(chance: Random) -> Term:
    first, until = sorted(chance.sample(DAYS, 2))
    if chance.random() < 0.25:
        return Term((), first)
    return Term(tuple(chance.sample(UNITS, chance.randint(1, 2))), first, until)


def meet(number: int, term: Term, reigns: list[Reign]) -> bool:
    """Whether some client would on some day have pilots of two versions on its path, looked up one by one."""
    others = [each for each in reigns if each.unit and each.number != number and not each.called_off]
    mine = [Reign(number, unit, term.from_day, term.until_day) for unit in term.units]
    return any(
        each.holds(day) and other.holds(day) and {each.unit, other.unit} <= set(path_of(unit, day))
        for each in mine
        for other in others
        for unit in UNITS
        for day in DAYS
    )


async def stored(session: AsyncSession) -> list[Reign]:
    return [reigning.as_reign(each) for each in await reigning.reigns_of(session, NAME)]


async def begun(session: AsyncSession, version: RulebookVersion, term: Term) -> type[Problem] | None:
    try:
        async with session.begin_nested():
            await reigning.begin(change_of(session), version, term)
    except Problem as refusal:
        return type(refusal)
    return None


async def end_some(session: AsyncSession, version: RulebookVersion, chance: Random) -> None:
    reigns = [each for each in await stored(session) if each.number == version.number]
    units = {each.unit for each in reigns if each.unit}
    for unit in chance.sample(sorted(units), min(1, len(units))):
        try:
            await reigning.end(change_of(session), version, (unit,), chance.choice(DAYS))
        except Problem:
            continue


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_asked_no_client_ever_has_two_versions_on_one_day(
    session: AsyncSession, versions: list[RulebookVersion], seed: int
) -> None:
    chance = Random(seed)
    told = set()
    for _ in range(40):
        version, term = chance.choice(versions), any_term(chance)
        reigns = await stored(session)
        same_day = {each.from_day for each in reigns if each.unit is None and not each.called_off}
        taken = not term.units and term.from_day in same_day
        expected = EffectiveDateTaken if taken else ReignOverlaps if meet(version.number, term, reigns) else None
        assert await begun(session, version, term) is expected, (version.number, term, reigns)
        told.add(expected)
        if chance.random() < 0.2:
            await end_some(session, version, chance)
    assert told == {EffectiveDateTaken, ReignOverlaps, None}
    reigns = await stored(session)
    for unit in UNITS:
        for day in DAYS:
            path = path_of(unit, day)
            pilots = {each.number for each in reigns if each.unit in path and each.holds(day) and not each.called_off}
            governing = Reigns(reigns).governing(path, day)
            assert len(pilots) <= 1
            assert not pilots or (governing is not None and {governing.number} == pilots)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rulebook_reign SET number = 2",
        "UPDATE rulebook_reign SET from_day = from_day - 1",
        "UPDATE rulebook_reign SET until_day = until_day + 1",
        "UPDATE rulebook_reign SET until_day = NULL",
        "UPDATE rulebook_reign SET unit_id = 'B2'",
        "DELETE FROM rulebook_reign",
        "TRUNCATE rulebook_reign",
    ],
)
async def test_a_reign_can_only_end_earlier_even_in_the_database(
    session: AsyncSession, versions: list[RulebookVersion], statement: str
) -> None:
    await reigning.begin(change_of(session), versions[0], Term(("B1",), NOW, MOVED))
    await session.execute(text("SET ROLE NONE"))  # the owner, who may all that is not refused to everybody
    with pytest.raises(IntegrityError, match="can only end earlier"):
        await session.execute(text(statement))


async def test_two_versions_of_the_bank_cannot_begin_on_one_day_even_in_the_database(
    session: AsyncSession, versions: list[RulebookVersion]
) -> None:
    await reigning.begin(change_of(session), versions[0], Term((), NOW))
    copied = (
        "INSERT INTO rulebook_reign (id, name, number, from_day, made_at, made_by) "
        "SELECT gen_random_uuid(), name, 2, from_day, made_at, made_by FROM rulebook_reign"
    )
    with pytest.raises(IntegrityError, match="uq_rulebook_reign_bank_from_day"):
        await session.execute(text(copied))


async def test_a_unit_that_is_named_twice_has_one_reign(session: AsyncSession, versions: list[RulebookVersion]) -> None:
    await reigning.begin(change_of(session), versions[0], Term(("B1", "B1"), NOW, MOVED))
    assert len(await stored(session)) == 1
