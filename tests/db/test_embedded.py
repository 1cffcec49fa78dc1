"""The real thing, in folders of its own: what `make run` meets."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from sqlalchemy import make_url

from app.db import cluster
from app.db.cluster import EmbeddedPostgresError
from app.db.embedded import EmbeddedPostgres, embedded_postgres, running_address
from app.db.launcher import account_for
from app.db.migrate import ROOT
from app.db.occupancy import HomeInUseError
from app.db.opened import opened
from app.db.patience import wait_until
from app.settings import Settings

_create = cluster.create
_HOLD = """
import sys; from pathlib import Path; from app.db.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1]), durable=False) as address:
    print(address, flush=True); sys.stdin.read()
"""


def _ask(address: str, statement: LiteralString) -> object:
    """Run one statement; its first value, where it has one."""
    with psycopg.connect(make_url(address).set(drivername="postgresql").render_as_string(), autocommit=True) as server:
        cursor = server.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _pid(home: Path) -> int:
    server = cluster.postmaster(home / "postgres")
    assert server is not None
    return server.pid


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""  # a zombie has none
    except FileNotFoundError:
        return False


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a clone may lie: below a closed folder, with a blank and a quote in its name, too deep for a socket."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    return closed / ("a stranger's " + "deep " * 20) / "var"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy: initdb takes most of a start's time."""
    data = tmp_path_factory.mktemp("prepared") / "postgres"
    _create(data, account_for(data), durable=False)
    return data


@pytest.fixture(autouse=True)
def copied(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(data: Path, *_: object, **__: object) -> None:
        subprocess.run(["cp", "-a", prepared, data], check=True)

    monkeypatch.setattr(cluster, "create", copy)


@pytest.fixture
def made_anew(copied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "create", _create)


@pytest.fixture
def kept(home: Path) -> Iterator[str]:
    with embedded_postgres(home, durable=False) as address:
        yield address


def test_it_runs_below_closed_folders_and_opens_none_of_them(home: Path, kept: str) -> None:
    assert _ask(kept, "SELECT current_setting('server_version_num')::int / 10000") == 18
    assert home.parent.parent.stat().st_mode & 0o777 == 0o700
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "postgres").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes someone else")
def test_started_by_root_it_is_nobody_with_one_capability(home: Path, kept: str) -> None:
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{_pid(home)}/status").read_text().splitlines())
    assert status["Uid"].split()[1] != "0"
    assert int(status["CapEff"], 16).bit_count() == 1
    assert status["CapEff"] == status["CapPrm"] == status["CapAmb"]
    assert status["Groups"].strip() == ""


def test_the_surroundings_do_not_steer_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGUSER": "x", "PGDATABASE": "x", "PGDATA": "/x"}.items():
        monkeypatch.setenv(name, value)
    with embedded_postgres(home, durable=False) as address:
        assert _ask(address, "SELECT current_user::text") == "tierbook"


def test_it_listens_on_no_network(kept: str) -> None:
    assert _ask(kept, "SHOW listen_addresses") == ""


def test_texts_are_utf_8_whatever_the_locale(kept: str) -> None:
    assert _ask(kept, "SELECT lower('ÄÖ') || upper('ß') || '公司'") == "äöß公司"


def test_what_is_durable_is_synced(home: Path, made_anew: None) -> None:
    with embedded_postgres(home) as address:
        assert _ask(address, "SHOW fsync") == "on"
        assert _ask(address, "SHOW full_page_writes") == "on"
        assert _ask(address, "SHOW synchronous_commit") == "on"


def test_a_second_start_finds_what_the_first_left_and_nothing_stays_behind(home: Path) -> None:
    with embedded_postgres(home, durable=False) as address:
        _ask(address, "CREATE TABLE kept AS SELECT 42 AS n")
        pid, sockets = _pid(home), Path(str(make_url(address).query["host"]))
    assert not _is_running(pid)
    assert not sockets.exists()
    with embedded_postgres(home, durable=False) as address:
        assert _ask(address, "SELECT n FROM kept") == 42


def test_one_folder_one_tierbook(home: Path, kept: str) -> None:
    with pytest.raises(HomeInUseError, match=rf"already runs on .*process {os.getpid()}"):
        EmbeddedPostgres(home, durable=False).start()
    assert _ask(kept, "SELECT 1") == 1


def test_a_command_beside_the_service_shares_its_server(home: Path, kept: str) -> None:
    with opened(Settings(home=home)) as settings:
        assert settings.database_url is not None
        assert settings.database_url.get_secret_value() == kept


def test_a_command_without_the_service_starts_one_for_itself(home: Path) -> None:
    with opened(Settings(home=home)) as settings:
        assert settings.database_url is not None
        assert _ask(settings.database_url.get_secret_value(), "SELECT 1") == 1
    assert running_address(home) is None


def test_kill_9_leaves_no_server_and_loses_nothing(home: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        address, pid = holder.stdout.readline().strip(), _pid(home)
        _ask(address, "CREATE TABLE kept AS SELECT 42 AS n")
        holder.kill()
    with embedded_postgres(home, durable=False) as address:  # at once: the old server may still be leaving
        assert not _is_running(pid)
        assert _ask(address, "SELECT n FROM kept") == 42


def test_a_killed_server_is_recovered(home: Path) -> None:
    with embedded_postgres(home) as address:
        _ask(address, "CREATE TABLE kept AS SELECT 42 AS n")
        os.kill(_pid(home), signal.SIGKILL)
    with embedded_postgres(home) as address:
        assert _ask(address, "SELECT n FROM kept") == 42


def test_a_pid_that_passed_to_another_program_is_no_server(home: Path) -> None:
    with embedded_postgres(home, durable=False):
        lines = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    (home / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert running_address(home) is None
    with embedded_postgres(home, durable=False) as address:
        assert _ask(address, "SELECT 1") == 1


def test_an_interrupted_first_start_is_begun_anew(home: Path, made_anew: None) -> None:
    (home / "postgres.new" / "base").mkdir(parents=True)
    with embedded_postgres(home, durable=False) as address:
        assert _ask(address, "SELECT 1") == 1
    assert not (home / "postgres.new").exists()


def test_why_it_does_not_start_is_said_and_nothing_stays_behind(home: Path) -> None:
    with embedded_postgres(home, durable=False):
        pass
    (home / "postgres" / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(EmbeddedPostgresError, match="unrecognized configuration parameter"), embedded_postgres(home):
        pass
    assert wait_until(lambda: cluster.postmaster(home / "postgres") is None, 5)


def test_a_socket_folder_that_is_not_ours_is_refused(home: Path) -> None:
    folder = cluster.socket_folder(home / "postgres", None)
    try:
        folder.chmod(0o777)
        with pytest.raises(EmbeddedPostgresError, match="open to others"):
            cluster.socket_folder(home / "postgres", None)
    finally:
        folder.rmdir()


def test_a_home_that_cannot_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="set TIERBOOK_HOME or DATABASE_URL"):
        EmbeddedPostgres(tmp_path / "file" / "home").start()
