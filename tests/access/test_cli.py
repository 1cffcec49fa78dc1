"""`tierbook keys`, as typed."""

import json

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from app.access import keys
from app.access.cli import app
from app.settings import Settings

SECRET = "a pepper for tests only"


@pytest.fixture
def run(fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    monkeypatch.setenv("TIERBOOK_KEY_SECRET", SECRET)
    return Run()


class Run:
    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == code, result.output
        return result

    def listed(self) -> list[dict]:
        found: list[dict] = json.loads(self("list", "--json").stdout)
        return found


def test_the_key_alone_goes_to_standard_output(run: Run) -> None:
    result = run("create", "--name", "crm", "--scope", "score:run", "--scope", "rulebooks:read")
    token = result.stdout.strip()
    keys.check(token)
    assert token not in result.stderr
    (row,) = run.listed()
    assert (row["name"], row["prefix"], row["state"]) == ("crm", token[:11], "active")
    assert row["scopes"] == ["rulebooks:read", "score:run"]
    assert row["created_by"].startswith("cli:")


def test_a_list_shows_no_secret(run: Run) -> None:
    tokens = [run("create", "-n", f"key-{i}", "-s", "admin", "--expires", "never").stdout.strip() for i in range(2)]
    for shown in (run("list").stdout, run("list", "--json").stdout):
        for token in tokens:
            assert token[:11] in shown
            assert token.split("_")[2] not in shown


def test_an_empty_list_says_what_to_do(run: Run) -> None:
    assert "keys create" in run("list").stdout


def test_a_key_ends_after_a_year_unless_told_otherwise(run: Run) -> None:
    run("create", "-n", "year", "-s", "admin")
    run("create", "-n", "never", "-s", "admin", "--expires", "never")
    run("create", "-n", "days", "-s", "admin", "--expires", "P10D")
    states = {row["name"]: (row["expires_at"] is None, row["state"]) for row in run.listed()}
    assert states == {"year": (False, "active"), "never": (True, "active"), "days": (False, "ends soon")}


def test_rotate_then_revoke(run: Run) -> None:
    old = run("create", "-n", "crm", "-s", "score:run").stdout.strip()
    new = run("rotate", "crm", "--overlap", "1").stdout.strip()
    assert new != old
    run("revoke", old[:11])
    assert {row["prefix"]: row["state"] for row in run.listed()} == {old[:11]: "revoked", new[:11]: "active"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "-n", " ", "-s", "admin"), "needs a name"),
        (("create", "-n", "x", "-s", "admin", "--expires", "soon"), "P90D"),
        (("create", "-n", "x", "-s", "admin", "--expires", "P9999Y"), "P90D"),
        (("revoke", "nobody"), "no key answers"),
        (("rotate", "nobody"), "no key answers"),
    ],
)
def test_a_mistake_is_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    stderr = run(*words, code=1).stderr
    assert stderr.startswith("tierbook: ")
    assert says in stderr
    assert stderr.count("\n") == 1


def test_a_key_under_a_secret_that_is_not_the_service_s_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("create", "-n", "first", "-s", "admin")
    monkeypatch.setenv("TIERBOOK_KEY_SECRET", "another secret altogether")
    assert "TIERBOOK_KEY_SECRET" in run("create", "-n", "second", "-s", "admin", code=1).stderr
    assert "TIERBOOK_KEY_SECRET" in run("rotate", "first", code=1).stderr


def test_no_tables_and_no_database_are_told_apart(
    run: Run, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    assert "start the service on it once" in run("list", code=1).stderr
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x?host=/nonexistent")
    assert "does not answer" in run("list", code=1).stderr


def test_a_wrong_setting_is_named_without_its_value(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:hunter2@db")
    result = run("list", code=1)
    assert "DATABASE_URL" in result.stderr
    assert "hunter2" not in result.output


def test_help_names_every_scope(run: Run) -> None:
    text = run("create", "--help").output
    for scope in ("score:run", "rulebooks:read", "rulebooks:write", "rulebooks:publish", "metrics:read", "admin"):
        assert scope in text


def test_where_there_are_officers_a_key_is_one_s_or_nobody_s(run: Run, fresh_database_url: str) -> None:
    run("create", "-n", "early", "-s", "admin", "--person", "1001")
    address = make_url(fresh_database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(
            "INSERT INTO officer (id, name, revision, updated_at) VALUES ('1001', 'Wang Li', 1, '2026-11-22T04:00:00Z')"
        )
    run("create", "-n", "hers", "-s", "admin", "--person", "1001")
    assert (
        "--person NOPE: there is no officer of this number"
        in run("create", "-n", "nobody-s", "-s", "admin", "--person", "NOPE", code=1).stderr
    )
    assert {row["name"] for row in run.listed()} == {"early", "hers"}
