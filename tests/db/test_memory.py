"""What a database may have of the memory: the machine's, or what a container is told."""

import os
from pathlib import Path

import pytest

from app.db.memory import usable_bytes

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_where_nothing_limits_us_it_is_the_machines(tmp_path: Path) -> None:
    assert usable_bytes(tmp_path / "none") == MACHINE


@pytest.mark.parametrize(("told", "usable"), [("536870912\n", 536_870_912), ("max\n", MACHINE), ("9" * 19, MACHINE)])
def test_a_container_may_have_what_it_is_told_and_never_more_than_there_is(
    told: str, usable: int, tmp_path: Path
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(told)
    assert usable_bytes(limit) == usable
