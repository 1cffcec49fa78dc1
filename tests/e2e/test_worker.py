"""What ticks can run apart from what answers; any number of them beside each other."""

import signal
from pathlib import Path

import pytest

from app.db.patience import wait_until
from tests.e2e.serving import COMMAND, Service, free_port

pytestmark = pytest.mark.enable_socket


def worker(home: Path, url: str, *options: str, port: int = 0) -> Service:
    return Service(home, port, (COMMAND[0], "worker", *options), DATABASE_URL=url)


def test_requests_and_ticking_run_apart(tmp_path: Path, fresh_database_url: str) -> None:
    port = free_port()
    api = (*COMMAND, "--no-scheduler")
    with Service(tmp_path / "api", command=api, DATABASE_URL=fresh_database_url) as serving:
        serving.ready()
        with worker(tmp_path / "worker", fresh_database_url, "--port", str(port), port=port) as ticking:
            ticking.ready()
            assert ticking.get("/v1/rulebooks") == 404
            assert ticking.get("/metrics") == 401
            assert serving.get("/v1/rulebooks") == 401
            assert ticking.stop(signal.SIGTERM) == 0


def test_a_worker_without_a_port_works_until_it_is_told_to_stop(tmp_path: Path, fresh_database_url: str) -> None:
    with worker(tmp_path / "worker", fresh_database_url) as ticking:
        assert wait_until(lambda: "ticks and sends" in ticking.output, 60), ticking.output
        assert ticking.stop() == 0


def test_a_worker_without_a_database_says_so(tmp_path: Path) -> None:
    with worker(tmp_path / "worker", "") as ticking:
        assert ticking.wait() == 1
        assert "set DATABASE_URL" in ticking.output
