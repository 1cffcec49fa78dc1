"""What a newcomer types."""

import os
import re
import subprocess
from pathlib import Path

from app.db.migrate import ROOT

_MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _make(*arguments: str, cwd: Path = ROOT, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False
    )


def test_help_names_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", _MAKEFILE, re.MULTILINE)
    assert phony is not None
    said = _make().stdout
    for target in phony[1].split():
        assert f"make {target} " in said, target


def test_without_a_fitting_python_it_says_what_to_do(tmp_path: Path) -> None:
    for name in ("Makefile", "uv.lock", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sed", "pwd", "sh", "env", "rm", "make", "cat", "test"):
        found = next(folder for folder in ("/usr/bin", "/bin") if (Path(folder) / name).exists() or name == "pwd")
        (tools / name).symlink_to(Path(found) / name)
    run = _make("run", cwd=tmp_path, PATH=str(tools))
    assert run.returncode != 0
    assert "needs Python 3.11" in run.stderr


def test_ci_runs_make_test_last() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
    assert lines[-2:] == ["make", "test"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
