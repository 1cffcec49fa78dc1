"""Every route × own, child, parent, sibling × every place of an id: what lies outside is not there.

The table below `asks/` is the review. What lies within passes; what lies outside is answered as an id that nothing has,
changes nothing, and leaves a denial in the trail.
"""

from typing import Any, Final

import pytest

from tests.contract.fence.ask import Ask, Place, nowhere, places
from tests.contract.fence.objects import OUTSIDE, SIDES
from tests.contract.fence.probing import Probe, outcome, texts, words
from tests.contract.fence.table import ASKED

READ: Final = "GET"
REVISION: Final = {"If-Match": '"1"'}
"""With it nothing is created where there is nothing."""


def _passes(place: Place, side: str) -> bool:
    """Whether an id of that side is one that the own unit's key may name there."""
    return SIDES[side] not in OUTSIDE or (side == "parent" and place.id.above)


def _cases(*, passing: bool) -> Any:
    cases = [
        pytest.param(route, ask, place, side, id=f"{route} {place} {side}")
        for route, ask in ASKED
        for place in places(ask)
        for side in SIDES
        if _passes(place, side) == passing
    ]
    return pytest.mark.parametrize(("route", "ask", "place", "side"), cases)


@_cases(passing=True)
async def test_what_lies_within_passes_and_shows_nothing_from_outside(
    probe: Probe, route: str, ask: Ask, place: Place, side: str
) -> None:
    await probe.prepare(ask, place, SIDES[side])
    answer = await probe.send(route, ask, place, SIDES[side])
    status, body = outcome(answer)
    assert status == ask.passes, answer.text
    named = {probe.world[SIDES[side]][place.id.kind]}
    assert not texts(body) & probe.outside() - named - ask.shows


@_cases(passing=False)
async def test_what_lies_outside_is_not_there(probe: Probe, route: str, ask: Ask, place: Place, side: str) -> None:
    unit = SIDES[side]
    await probe.prepare(ask, place, unit)
    before, last = await probe.state(route), await probe.last_entry()
    there = await probe.send(route, ask, place, unit)
    assert outcome(there)[0] == place.refused, there.text
    assert await probe.state(route) == before
    if not place.id.finds_nothing:
        entries = await probe.trail(last)
        assert {
            (entry.outcome, entry.unit in {unit, None} or probe.names(entry, place, unit)) for entry in entries
        } == {("denied", True)}
    if not place.id.creates:
        missing = await probe.send(route, ask, place, value=nowhere(place.id.kind))
        assert words(there, place, probe.world[unit]) == words(missing, place)


@pytest.mark.parametrize("side", ["parent", "sibling"])
@pytest.mark.parametrize(
    ("route", "ask", "place"),
    [
        pytest.param(route, ask, place, id=route)
        for route, ask in ASKED
        for place in places(ask)
        if place.id.creates and place.where == "path"
    ],
)
async def test_an_id_that_is_taken_outside_cannot_be_told_from_a_free_one_by_its_revision(
    probe: Probe, route: str, ask: Ask, place: Place, side: str
) -> None:
    there = await probe.send(route, ask, place, SIDES[side], headers=REVISION)
    missing = await probe.send(route, ask, place, value=nowhere(place.id.kind), headers=REVISION)
    assert there.status_code == 412
    assert words(there, place, probe.world[SIDES[side]]) == words(missing, place)
