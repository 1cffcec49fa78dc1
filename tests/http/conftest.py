import pytest

from app.logs import request_log


@pytest.fixture(autouse=True)
def _log_by_structlog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tests look at log lines, structlog writes them, whoever shares this process and turned them off."""
    monkeypatch.setattr(request_log, "_write", None)
