"""The import contracts catch what they are for: breaches planted in a copy of the house."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.db.migrate import ROOT

_LINT = Path(sys.executable).parent / "lint-imports"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _verdict(house: Path) -> tuple[int, str]:
    run = subprocess.run([_LINT, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_the_house_as_it_stands_keeps_them(house: Path) -> None:
    code, said = _verdict(house)
    assert code == 0, said


@pytest.mark.parametrize(
    ("module", "breach", "contract"),
    [
        ("kernel/planted.py", "import pathlib", "The kernel is arithmetic"),
        ("kernel/planted.py", "import app.settings", "Dependencies point down"),
        ("db/planted.py", "import app.http.problems", "Dependencies point down"),
        ("rulebooks/planted.py", "import app.access.tables", "Each feature's tables are its own: access"),
        ("access/planted.py", "import app.rulebooks.tables", "Dependencies point down"),
        ("nobody_asked/__init__.py", "", "Dependencies point down"),
    ],
)
def test_a_breach_is_caught(house: Path, module: str, breach: str, contract: str) -> None:
    planted = house / "app" / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(breach, encoding="utf-8")
    code, said = _verdict(house)
    assert code != 0
    assert contract in said
