"""Which version governs a client on a day: one or none, the nearest pilot's, whatever the order of the rows."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.rulebooks.reign import Reign, Reigns

FIRST = date(2026, 11, 22)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days))
UNITS = ("HO", "B1", "B2", "S1", "S2", "O1", "O2")


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, ...]:
    """A client's path in a random tree: its unit, then the units above."""
    parents = {unit: draw(st.sampled_from(UNITS[:at])) for at, unit in enumerate(UNITS) if at}
    path = [draw(st.sampled_from(UNITS))]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    return tuple(path)


@st.composite
def reigns(draw: st.DrawFn) -> Reign:
    """Of the whole bank or of a unit, of any length, called off, ended or open."""
    unit = draw(st.none() | st.sampled_from(UNITS))
    first = draw(DAYS)
    until = draw(st.integers(0, 6).map(lambda days: first + timedelta(days)))
    return Reign(draw(st.integers(1, 4)), unit, first, until if unit or draw(st.booleans()) else None)


HISTORIES = st.lists(reigns(), max_size=8)


@given(HISTORIES, paths(), DAYS)
def test_what_governs_a_client_holds_that_day_on_its_path(
    history: list[Reign], path: tuple[str, ...], day: date
) -> None:
    found = Reigns(history).governing(path, day)
    assert found is None or (found in history and found.holds(day) and found.unit in {None, *path})


@given(HISTORIES, paths(), DAYS, st.randoms())
def test_the_order_of_rows_does_not_matter(
    history: list[Reign], path: tuple[str, ...], day: date, chance: Random
) -> None:
    shuffled = chance.sample(history, len(history))
    assert Reigns(shuffled).governing(path, day) == Reigns(history).governing(path, day)


@given(HISTORIES, paths(), DAYS)
def test_the_nearest_pilot_that_holds_governs(history: list[Reign], path: tuple[str, ...], day: date) -> None:
    found = Reigns(history).governing(path, day)
    near = [path.index(each.unit) for each in history if each.unit in path and each.unit and each.holds(day)]
    assert (found.unit if found else None) == (path[min(near)] if near else None)


@given(st.lists(reigns(), max_size=8, unique_by=lambda each: each.from_day), paths(), DAYS)
def test_without_a_pilot_the_bank_s_latest_governs_until_it_ends(
    history: list[Reign], path: tuple[str, ...], day: date
) -> None:
    bank = [each for each in history if each.unit is None and not each.called_off]
    latest = max((each for each in bank if each.from_day <= day), key=lambda each: each.from_day, default=None)
    ended = latest is not None and latest.until_day is not None and latest.until_day <= day
    assert Reigns(bank).governing(path, day) == (None if ended else latest)


@given(HISTORIES, paths(), DAYS)
def test_where_pilots_have_ended_what_governs_without_them_does(
    history: list[Reign], path: tuple[str, ...], day: date
) -> None:
    ended = [replace(each, until_day=min(each.until_day or day, day)) if each.unit else each for each in history]
    bank = [each for each in history if each.unit is None]
    assert Reigns(ended).governing(path, day) == Reigns(bank).governing((), day)


@given(HISTORIES, paths(), DAYS)
def test_what_governs_some_client_governs_somewhere(history: list[Reign], path: tuple[str, ...], day: date) -> None:
    reigns = Reigns(history)
    assert reigns.governing(path, day) in [None, *reigns.anywhere(day)]
    assert all(reigns.governing((each.unit,) if each.unit else (), day) is not None for each in reigns.anywhere(day))


@given(HISTORIES, DAYS)
def test_the_next_start_is_the_first_day_to_come_on_which_the_bank_s_version_changes(
    history: list[Reign], day: date
) -> None:
    begun = {each.from_day for each in history if each.unit is None and not each.called_off}
    assert Reigns(history).next_start(day) == min((each for each in begun if each > day), default=None)
