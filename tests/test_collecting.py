"""How often garbage is looked for: seldom while much is made, and as before once the last has ended."""

import gc

import pytest

from app.collecting import seldom_collected


def test_it_is_looked_for_seldom_until_the_last_has_ended_in_whatever_order() -> None:
    usual = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] > 100 * usual[0]
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_a_failure_changes_nothing_about_that() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="ours"), seldom_collected():
        raise ValueError("ours")
    assert gc.get_threshold() == usual
