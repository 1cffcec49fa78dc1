"""`tierbook demo` tells its story to the end: a real service, a real receiver, signed events arriving."""

import subprocess

import pytest

from tests.e2e.test_story import TIERBOOK

pytestmark = pytest.mark.enable_socket


def test_the_story_is_told_to_its_end_and_all_of_it_adds_up() -> None:
    told = subprocess.run([TIERBOOK, "demo"], capture_output=True, text=True, timeout=400, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    for kind in ("tier.changed", "coverage.at_risk", "review.due", "warning.raised", "plan.opened", "warning.cleared"):
        assert f"{kind} " in told.stdout
    assert told.stdout.count("adds up") == 2
    assert "unbroken" in told.stdout
