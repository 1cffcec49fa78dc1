import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.settings import Settings


def test_help_teaches_every_command() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    for command in ("serve", "openapi", "keys", "rulebook", "score"):
        assert f"  {command} " in said, command


@pytest.mark.parametrize("command", ["serve", "openapi", "keys", "keys create", "rulebook", "score"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_serve_names_every_variable_it_reads() -> None:
    said = CliRunner().invoke(app, ["serve", "--help"]).output
    for field in Settings.model_fields.values():
        assert str(field.validation_alias) in said


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(app, ["no-such-command"]).exit_code == 2


def test_the_api_description_needs_no_database(tmp_path: Path) -> None:
    written = tmp_path / "openapi.json"
    result = CliRunner().invoke(app, ["openapi", "--output", str(written)])
    assert result.exit_code == 0
    assert json.loads(written.read_text(encoding="utf-8"))["openapi"].startswith("3.")


def test_help_does_not_wait_for_slow_imports() -> None:
    code = "import sys, app.cli; sys.exit(bool({'fastapi', 'polars', 'alembic', 'sqlalchemy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
