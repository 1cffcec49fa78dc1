import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.db.cluster import postmaster
from app.db.embedded import running_address
from app.db.migrate import ROOT, sync_engine
from app.db.patience import wait_until
from app.settings import Settings
from tests.e2e.serving import Service

pytestmark = pytest.mark.enable_socket
SECRET = "the secret of the first start"


def _processes_in(home: Path) -> list[str]:
    """Every process that works below `home`: PostgreSQL's do."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(home):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home"


def test_first_start_kill_and_start_again(home: Path) -> None:
    with Service(home) as service:
        service.ready()
        assert service.get("/livez") == 200
        assert wait_until(lambda: f"http://127.0.0.1:{service.port}/docs" in service.output, 30)
        service.stop(signal.SIGKILL)
    with Service(home) as service:
        service.ready()
        assert service.stop(signal.SIGINT) == 0
        assert "Traceback" not in service.output
    assert _processes_in(home) == []


def _pasted(service: Service) -> subprocess.CompletedProcess[str]:
    """What the banner says to type, typed."""
    assert wait_until(lambda: "Ctrl-C stops it" in service.output, 30)
    lines = service.output.partition("Try it:")[2].partition("Ctrl-C")[0]
    environment = os.environ | {"DATABASE_URL": ""}
    return subprocess.run(["sh", "-c", lines], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is what the banner says to type")
def test_the_call_in_the_banner_works_as_pasted_the_first_time_and_later(home: Path) -> None:
    with Service(home) as service:
        said = json.loads(_pasted(service.ready()).stdout)
        assert said["classifications"]["client_class"]["value"] == "class_1"
        service.stop()
    with Service(home) as service:
        assert json.loads(_pasted(service.ready()).stdout) == said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_say_stop_is_a_clean_end(home: Path, number: signal.Signals, fresh_database_url: str) -> None:
    with Service(home, DATABASE_URL=fresh_database_url) as service:
        service.ready()
        assert service.stop(number) == 0
        assert "Traceback" not in service.output


def test_an_early_ctrl_c_is_heard_and_leaves_nothing(home: Path) -> None:
    with Service(home) as service:
        assert wait_until((home / "lock").exists, 30)
        assert service.stop(signal.SIGINT) == 0
        assert "Traceback" not in service.output
    assert wait_until(lambda: _processes_in(home) == [], 30)


def test_a_taken_port_is_one_clear_line(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Service(home, port=taken.getsockname()[1]) as service:
        assert service.wait() == 1
        lines = [line for line in service.output.splitlines() if line.startswith("tierbook:")]
        assert len(lines) == 1
        assert "Address already in use" in lines[0]
        assert "Traceback" not in service.output
    assert _processes_in(home) == []


def test_a_second_start_on_the_same_home_is_refused_and_the_first_goes_on(home: Path) -> None:
    with Service(home) as first:
        first.ready()
        with Service(home) as second:
            assert second.wait() == 1
            assert "Tierbook already runs on" in second.output
        assert first.get("/readyz") == 200


def test_a_wrong_setting_is_named_without_its_value(home: Path) -> None:
    with Service(home, DATABASE_URL="mysql://root:hush@h/d", PORT="80x") as service:
        assert service.wait() == 2
        assert "DATABASE_URL: " in service.output
        assert "PORT: " in service.output
        assert "hush" not in service.output


def test_keys_under_another_secret_are_one_clear_line(home: Path, fresh_database_url: str) -> None:
    with Service(home, DATABASE_URL=fresh_database_url, TIERBOOK_KEY_SECRET=SECRET) as service:
        service.ready()
    with Service(home, DATABASE_URL=fresh_database_url, TIERBOOK_KEY_SECRET="quite another secret") as service:
        assert service.wait() == 1
        assert "made under another secret" in service.output
        assert "Traceback" not in service.output
    with Service(
        home,
        DATABASE_URL=fresh_database_url,
        TIERBOOK_KEY_SECRET="quite another secret",
        TIERBOOK_KEY_SECRET_PREVIOUS=SECRET,
    ) as service:
        service.ready()


def test_a_database_of_a_newer_build_is_one_clear_line(home: Path, fresh_database_url: str) -> None:
    with sync_engine(Settings(database_url=SecretStr(fresh_database_url))).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with Service(home, DATABASE_URL=fresh_database_url) as service:
        assert service.wait() == 1
        assert "(9999) is of a newer Tierbook" in service.output
        assert "Traceback" not in service.output


def test_a_database_that_is_given_is_used_and_none_is_made(home: Path, fresh_database_url: str) -> None:
    with Service(home, DATABASE_URL=fresh_database_url) as service:
        service.ready()
        assert not (home / "postgres").exists()


def test_readiness_fails_while_connections_are_still_taken(home: Path, fresh_database_url: str) -> None:
    with Service(home, DATABASE_URL=fresh_database_url, TIERBOOK_DRAIN_SECONDS="20") as service:
        service.ready()
        service.send(signal.SIGTERM)
        assert wait_until(lambda: service.get("/readyz") == 503, 15)
        assert service.get("/livez") == 200
        assert service.stop(signal.SIGTERM) == 0  # the second does not wait


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told to wait for us"])
def test_a_postgresql_that_dies_is_started_again(home: Path, number: signal.Signals) -> None:
    with Service(home) as service:
        service.ready()
        server = postmaster(home / "postgres")
        assert server is not None
        os.kill(server.pid, number)
        assert wait_until(lambda: "postgres_restarted" in service.output, 20)
        assert wait_until(lambda: running_address(home) is not None, 20)
        assert wait_until(lambda: service.get("/readyz") == 200, 20)
