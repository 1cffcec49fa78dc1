"""What the linters cannot say: what the kernel may import, how long a module may grow, that the bans bite."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.migrate import ROOT, TABLES

_APP = ROOT / "app"
_RUFF = Path(sys.executable).parent / "ruff"
_LONGEST = 300
_BESIDES_THE_STANDARD_LIBRARY = {"app.kernel.columns": {"narwhals"}}
_DOES_SOMETHING = {
    "asyncio",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", sorted((_APP / "kernel").rglob("*.py")), ids=_name)
def test_the_kernel_imports_only_itself_and_the_pure_standard_library(path: Path) -> None:
    parents = (_name(path), _name(path.parent))
    besides = (_BESIDES_THE_STANDARD_LIBRARY.get(each, set()) for each in parents)
    allowed = (sys.stdlib_module_names - _DOES_SOMETHING).union(*besides)
    strangers = {
        name for name in _imports(path) if not name.startswith("app.kernel") and name.split(".")[0] not in allowed
    }
    assert strangers == set()


def _lines(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def test_modules_stay_small_enough_to_read_at_a_sitting() -> None:
    lengths = {_name(path): _lines(path) for path in _APP.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > _LONGEST} == {}


def test_every_module_that_declares_tables_is_known_to_the_migrations() -> None:
    assert sorted(_name(path) for path in _APP.glob("*/tables.py")) == sorted(TABLES)


def _ruff(source: str) -> str:
    """What ruff says to `source`, were it a module of a feature."""
    options = ["--no-cache", "--output-format=concise", "--stdin-filename=app/tiering/planted.py", "-"]
    command = [str(_RUFF), "check", *options]
    return subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "planted",
    [
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import datetime\ndatetime.utcnow()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "from time import monotonic\nmonotonic()",
        "from sqlalchemy import func\nfunc.now()",
    ],
)
def test_reading_the_clock_is_refused(planted: str) -> None:
    assert "TID251" in _ruff(planted)
