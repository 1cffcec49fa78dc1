"""A standing by its labels, read by a version's ranks."""

from datetime import date
from typing import Final

from app.kernel.movement import Held
from app.rulebooks.check import check
from app.standing.held import InForce, Standing
from tests.standing.watched import WATCHED

DAY: Final = date(2026, 11, 22)
SOUND: Final = check(WATCHED).sound
assert SOUND is not None
assert SOUND.rulebook.tiers is not None
TIERS: Final = SOUND.rulebook.tiers


def test_a_tier_is_held_by_the_version_s_rank() -> None:
    assert Standing("core", DAY, ceiling="key").held(TIERS) == Held(2, DAY, ceiling=1)


def test_a_tier_that_the_version_no_longer_has_is_placed_anew() -> None:
    assert Standing("strategic", DAY).held(TIERS) is None


def test_a_ceiling_that_the_version_no_longer_has_holds_nobody() -> None:
    assert Standing("core", DAY, ceiling="strategic").held(TIERS) == Held(2, DAY)


def test_what_shows_is_set_by_hand_else_the_ceiling_else_the_tier() -> None:
    by_hand = InForce("1", "none", DAY, "merger under way")
    assert Standing("core", DAY).effective == "core"
    assert Standing("core", DAY, ceiling="key").effective == "key"
    assert Standing("core", DAY, ceiling="key", override=by_hand).effective == "none"
