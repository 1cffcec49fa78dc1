"""The container's recipe; no engine runs here, so it is read, not built."""

import subprocess
import sys
from pathlib import Path

import yaml

from app.db.migrate import ROOT

_HADOLINT = Path(sys.executable).parent / "hadolint"
_DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_hadolint_has_nothing_to_say() -> None:
    run = subprocess.run([_HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert run.stdout + run.stderr == ""


def test_it_does_not_run_as_root() -> None:
    assert "\nUSER 10001:10001\n" in _DOCKERFILE


def test_what_is_copied_exists() -> None:
    sources = [
        line.split()[1:-1] for line in _DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    missing = [source for row in sources for source in row if not (ROOT / source).exists()]
    assert sources
    assert missing == []


def test_compose_asks_for_its_secrets_and_holds_none() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["database"]["image"].startswith("postgres:18")
    assert services["tierbook"]["environment"]["TIERBOOK_KEY_SECRET"].startswith("${TIERBOOK_KEY_SECRET:?")
    assert services["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
