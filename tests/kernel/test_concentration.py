"""Concentration: who carries the business, exactly."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.concentration import (
    Band,
    Carriers,
    Client,
    Concentration,
    Model,
    NothingCarried,
    Point,
    by_band,
    concentration,
)

PERCENT = 10_000
WHOLE = 100 * PERCENT
TEN = [("c", 10), ("a", 50), ("b", 20), ("d", 10), ("e", 5), ("f", 5), ("g", 0), ("h", 0), ("i", 0), ("j", -40)]


def ranked(clients: list[Client]) -> Concentration:
    found = concentration(clients)
    assert isinstance(found, Concentration)
    return found


def test_who_carries_nothing_is_a_client_and_told_apart() -> None:
    found = ranked(TEN)
    assert (found.clients, found.total, found.idle, found.idle_value) == (10, 100, 4, -40)
    assert found.cumulated == (50, 70, 80, 90, 95, 100)


def test_equal_clients_rank_by_key() -> None:
    assert [key for key, _ in ranked(TEN).ranked] == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("share", "count", "carried"),
    [(1, 1, 50), (50 * PERCENT, 1, 50), (50 * PERCENT + 1, 2, 70), (80 * PERCENT, 3, 80), (100 * PERCENT, 6, 100)],
)
def test_the_fewest_clients_that_reach_a_share_are_selected(share: int, count: int, carried: int) -> None:
    assert ranked(TEN).carrying(share) == Carriers(ranked(TEN).ranked[:count], count * 10 * PERCENT, carried)


def test_a_share_of_clients_is_rounded_up() -> None:
    assert ranked([("a", 1), ("b", 1), ("c", 1)]).carrying(30 * PERCENT).share == 333_334


@pytest.mark.parametrize(
    ("model", "holds", "clients", "carried", "share"),
    [
        (Model(10 * PERCENT, 50 * PERCENT), True, 1, 50, 50 * PERCENT),
        (Model(20 * PERCENT, 80 * PERCENT), False, 2, 70, 70 * PERCENT),
        (Model(29 * PERCENT, 70 * PERCENT), True, 2, 70, 70 * PERCENT),  # two whole clients
        (Model(5 * PERCENT, 1), False, 0, 0, 0),  # less than one
        (Model(WHOLE, WHOLE), True, 10, 100, WHOLE),
    ],
)
def test_a_model_holds_where_its_whole_clients_carry_enough(
    model: Model,
    holds: bool,  # noqa: FBT001  the case
    clients: int,
    carried: int,
    share: int,
) -> None:
    found = ranked(TEN).fit(model)
    assert (found.holds, found.clients, found.carried, found.share) == (holds, clients, carried, share)
    assert found.needed == ranked(TEN).carrying(model.carry)


def test_what_is_carried_never_looks_more_than_it_is() -> None:
    found = ranked([("a", 2), ("b", 1)]).fit(Model(50 * PERCENT, 66 * PERCENT + 6667))
    assert (found.share, found.holds) == (666_666, False)


@pytest.mark.parametrize("clients", [[], [("a", 0)], [("a", -5), ("b", 0)]])
def test_where_nobody_carries_anything_there_is_no_share(clients: list[Client]) -> None:
    assert concentration(clients) == NothingCarried(len(clients), sum(value for _, value in clients))


def test_the_lorenz_curve_starts_with_the_smallest() -> None:
    clients = [("a", 6), ("b", 3), ("c", 1), ("d", -7)]
    assert ranked(clients).lorenz() == (Point(0, 0), Point(1, 0), Point(2, 1), Point(3, 4), Point(4, 10))


def test_of_many_clients_the_curve_has_a_point_for_each_percent() -> None:
    points = ranked([(f"{at:04}", 1 + at) for at in range(1_234)]).lorenz()
    assert len(points) == 101
    assert points[1] == Point(12, sum(range(1, 13)))
    assert points[-1] == Point(1_234, sum(range(1, 1_235)))


@pytest.mark.parametrize(
    ("values", "gini"),
    [
        ([5], 0),
        ([5, 5, 5], 0),
        ([1, 0], 500_000),
        ([1, 0, 0, 0], 750_000),
        ([1, 2], 166_667),
        ([1, 2, 3], 222_222),
        ([1, -9], 500_000),
        ([0] * 63 + [1], 984_375),
        ([1] + [0] * 127, 992_188),  # 0.9921875 rounds half up
    ],
)
def test_the_gini_coefficient_is_rounded_once(values: list[int], gini: int) -> None:
    assert ranked([(str(at), value) for at, value in enumerate(values)]).gini() == gini


def test_bands_start_at_their_bounds() -> None:
    assert by_band([("a", 4), ("b", 5), ("c", 99), ("d", 100), ("e", -3)], [5, 100]) == (
        Band(None, 2, 4),
        Band(5, 2, 104),
        Band(100, 1, 100),
    )


CLIENTS = st.lists(st.integers(-20, 60) | st.integers(-(10**15), 10**17), min_size=1, max_size=130).map(
    lambda values: [(f"{at:03}", value) for at, value in enumerate(values)]
)
SHARES = st.integers(1, WHOLE)


@given(CLIENTS, SHARES)
def test_one_client_fewer_does_not_reach_the_share(clients: list[Client], share: int) -> None:
    found = concentration(clients)
    values = sorted((value for _, value in clients if value > 0), reverse=True)
    if isinstance(found, NothingCarried):
        assert not values
        return
    carriers = found.carrying(share)
    count = len(carriers.selected)
    least = Fraction(share, WHOLE) * sum(values)
    assert sum(values[: count - 1]) < least <= sum(values[:count]) == carriers.carried
    assert (
        Fraction(count, len(clients))
        <= Fraction(carriers.share, WHOLE)
        < Fraction(count, len(clients)) + Fraction(1, WHOLE)
    )


@given(CLIENTS, SHARES, SHARES)
def test_a_model_holds_exactly_where_it_means_enough_clients(clients: list[Client], share: int, carry: int) -> None:
    found = concentration(clients)
    if isinstance(found, Concentration):
        fit = found.fit(Model(share, carry))
        assert fit.holds == (len(fit.needed.selected) <= Fraction(share, WHOLE) * len(clients))


@given(CLIENTS)
def test_the_curve_is_bent_and_the_gini_coefficient_is_its_distance_from_a_line(clients: list[Client]) -> None:
    found = concentration(clients)
    if isinstance(found, NothingCarried):
        return
    points = found.lorenz()
    assert (points[0], points[-1], len(points) <= 101) == (Point(0, 0), Point(found.clients, found.total), True)
    steps = [Fraction(high.value - low.value, high.clients - low.clients) for low, high in pairwise(points)]
    assert steps == sorted(steps)
    values = sorted(max(value, 0) for _, value in clients)
    spread = sum(abs(one - other) for one in values for other in values)
    exact = Fraction(spread, 2 * len(values) * sum(values))
    assert abs(exact - Fraction(found.gini(), WHOLE)) <= Fraction(1, 2 * WHOLE)


@given(CLIENTS, st.lists(st.integers(-20, 60), unique=True, max_size=5).map(sorted))
def test_bands_hold_everybody_once(clients: list[Client], bounds: list[int]) -> None:
    bands = by_band(clients, bounds)
    assert sum(band.clients for band in bands) == len(clients)
    assert sum(band.carried for band in bands) == sum(max(value, 0) for _, value in clients)
