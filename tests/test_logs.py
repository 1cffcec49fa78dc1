"""What a log line looks like, and what never stands in one."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from app.access import keys
from app.logs import configure_logs, request_log
from app.settings import Settings

Written = Callable[[], bytes]


@pytest.fixture
def written(bare_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """What a process that logs JSON has written to a standard error that is a file, as under a service manager."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    path = tmp_path / "stderr"
    with path.open("w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stderr", file)
        configure_logs(bare_settings.model_copy(update={"log_format": "json"}))
        yield path.read_bytes
    structlog.reset_defaults()
    request_log.write_to(None)
    root.handlers[:], root.level = handlers, level


def test_each_line_is_one_json_object(written: Written) -> None:
    structlog.get_logger("test").warning("something", count=1)
    request_log.line(request_id="abc", status=200)
    first, second = (json.loads(line) for line in written().splitlines())
    assert (first["event"], first["level"], first["count"]) == ("something", "warning", 1)
    assert (second["event"], second["level"], second["status"]) == ("request", "info", 200)
    assert {"at"} <= set(first) & set(second)


def test_a_key_that_was_handed_over_all_the_same_is_masked(written: Written) -> None:
    token = keys.mint()
    structlog.get_logger("test").warning("careless", header=f"Bearer {token}", nested={"key": [token]})
    assert token.encode() not in written()


def test_a_library_s_words_are_not_repeated(written: Written) -> None:
    logging.getLogger("sqlalchemy.pool").error("password=%s", "secret")
    line = json.loads(written())
    assert (line["event"], line["logger"], line["severity"]) == ("library", "sqlalchemy.pool", "error")
    assert "secret" not in json.dumps(line)


def test_a_key_is_masked_on_a_terminal_too(bare_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    token = keys.mint()
    configure_logs(bare_settings.model_copy(update={"log_format": "console"}))
    structlog.get_logger("test").warning("careless", header=token)
    structlog.reset_defaults()
    written = capsys.readouterr().err
    assert "careless" in written
    assert token not in written
