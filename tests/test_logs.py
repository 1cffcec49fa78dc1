"""What a log line looks like, and what never stands in one."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from app.access import keys
from app.logs import configure_logs, request_log
from app.settings import Settings


@pytest.fixture
def written(bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """What a process that logs JSON has written to standard error."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    buffer = io.BytesIO()
    text = io.TextIOWrapper(buffer)  # held here: collected, it would close the buffer
    monkeypatch.setattr(sys, "stderr", text)
    configure_logs(bare_settings.model_copy(update={"log_format": "json"}))
    yield buffer
    structlog.reset_defaults()
    request_log.write_to(None)
    root.handlers[:], root.level = handlers, level


def test_each_line_is_one_json_object(written: io.BytesIO) -> None:
    structlog.get_logger("test").warning("something", count=1)
    request_log.line(request_id="abc", status=200)
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert (first["event"], first["level"], first["count"]) == ("something", "warning", 1)
    assert (second["event"], second["level"], second["status"]) == ("request", "info", 200)
    assert {"at"} <= set(first) & set(second)


def test_a_key_that_was_handed_over_all_the_same_is_masked(written: io.BytesIO) -> None:
    token = keys.mint()
    structlog.get_logger("test").warning("careless", header=f"Bearer {token}", nested={"key": [token]})
    assert token.encode() not in written.getvalue()


def test_a_library_s_words_are_not_repeated(written: io.BytesIO) -> None:
    logging.getLogger("sqlalchemy.pool").error("password=%s", "secret")
    line = json.loads(written.getvalue())
    assert (line["event"], line["logger"], line["severity"]) == ("library", "sqlalchemy.pool", "error")
    assert "secret" not in json.dumps(line)
