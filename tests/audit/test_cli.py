"""`tierbook audit`, as typed."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import true
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from app.audit.checkpoint import Checkpoint
from app.audit.cli import app
from app.audit.entry_list import as_table
from app.audit.note import Verifier, opened
from app.audit.queries import entries
from app.audit.wanted import Wanted
from app.clock import SystemClock
from app.db.migrate import ROOT
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.tables import AuditEntry
from tests.audit.trail import KEY, Trail

ROOM = {"COLUMNS": "200"}


class Run:
    """The commands on a trail of twelve sealed entries, which a test may tamper with."""

    def __init__(self, trail: Trail, home: Path) -> None:
        self.trail = trail
        self.checkpoints = home / "checkpoints"

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(words), env=ROOM)
        assert result.exit_code == code, result.output
        return result

    def verified(self, *words: str, code: int = 0) -> dict:
        found: dict = json.loads(self("verify", "--json", *words, code=code).stdout)
        return found

    def faults(self, *words: str) -> list[str]:
        return [each["fault"] for each in self.verified(*words, code=1)["findings"]]


@pytest.fixture
def run(trail_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    settings = bare_settings.with_database(trail_url)
    monkeypatch.setenv("DATABASE_URL", trail_url)
    monkeypatch.setenv("TIERBOOK_HOME", str(settings.home))
    trail = Trail(settings)
    trail.empty()
    trail.now = SystemClock().now()
    asyncio.run(trail.sealed(5, 7))
    monkeypatch.setattr("app.audit.cli.configure_logs", lambda _: None)  # it is for a process, and this one goes on
    with capture_logs():
        yield Run(trail, settings.home)


def test_a_clean_trail_says_what_was_proved(run: Run) -> None:
    run("checkpoint")
    asyncio.run(run.trail.sealed(1))
    run("checkpoint")
    asyncio.run(run.trail.write(2))
    said = run("verify").stdout
    assert said.startswith("13 entries from 20")
    assert " unbroken (完整); agrees with 2 checkpoints, the newest of 20" in said
    assert said.endswith(" at 13; 2 not yet sealed\n")
    assert said.count("\n") == 1


def test_without_a_checkpoint_it_says_what_would_not_show(run: Run) -> None:
    assert "no checkpoint to hold it against" in run("verify").stdout
    assert not run.checkpoints.parent.exists()


def test_an_empty_trail_is_clean(run: Run) -> None:
    run.trail.empty()
    run("checkpoint")
    assert run("verify").stdout.startswith("0 entries unbroken")
    assert not run.checkpoints.exists()


def test_a_broken_trail_is_named_line_by_line(run: Run) -> None:
    run("checkpoint")
    run.trail.tamper(
        "UPDATE audit_entry SET person = 'E1002' WHERE id = 7", "DELETE FROM audit_chain WHERE position = 9"
    )
    lines = run("verify", code=1).stdout.splitlines()
    assert "BROKEN (不完整), first at position 7: 3 found" in lines[0]
    assert lines[1:4] == [
        "link_deleted           position 9: its link is gone",
        "entry_edited           position 7, entry 7: is not what was sealed, or the hash before it is not",
        "entry_unchained        entry 9: is neither sealed nor waiting: it was slipped in, or its seal was removed",
    ]
    assert lines[4].startswith("agrees with 1 checkpoint, the newest of 20")
    data = run.verified(code=1)
    assert (data["clean"], data["entries"], data["findings_count"], data["first_broken_position"]) == (False, 11, 3, 7)
    assert data["findings"][1] | {"detail": ""} == {
        "fault": "entry_edited",
        "position": 7,
        "entry_id": 7,
        "detail": "",
    }


def test_a_program_is_told_the_same(run: Run) -> None:
    run("checkpoint")
    found = run.verified()
    assert found["checkpoints"]["newest_size"] == 12
    assert (found["clean"], found["entries"], found["pending"], found["findings"]) == (True, 12, 0, [])
    assert found["first_at"] <= found["last_at"] <= found["checkpoints"]["newest_sealed_at"]


def test_checkpoints_of_the_folder_find_a_cut_and_a_rewritten_chain(run: Run) -> None:
    run("checkpoint")
    run.trail.tamper("UPDATE audit_entry SET person = 'E1002' WHERE id = 7")
    asyncio.run(run.trail.rehash())
    assert run.faults() == ["chain_rewritten"]
    assert "agrees with none of 1 checkpoints" in run("verify", code=1).stdout
    run.trail.tamper("DELETE FROM audit_chain WHERE position = 12", "DELETE FROM audit_entry WHERE id = 12")
    assert run.faults() == ["chain_truncated"]
    assert "nothing was signed" in run("checkpoint", code=1).stderr


def test_a_checkpoint_kept_elsewhere_is_what_counts(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "safe" / "kept.txt"
    run("checkpoint", "-o", str(kept))
    assert not run.checkpoints.exists()
    run.trail.tamper("DELETE FROM audit_chain WHERE position > 10", "DELETE FROM audit_entry WHERE id > 10")
    assert run.verified()["clean"]
    assert run.faults("--against", str(kept)) == ["chain_truncated"]


def test_the_examiner_needs_the_public_key_alone(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept.txt"
    run("checkpoint", "-o", str(kept))
    public = run("key").stdout.strip()
    monkeypatch.setenv("TIERBOOK_HOME", str(tmp_path / "examiner"))
    assert run.verified("--against", str(kept), "--key", public, "--key", str(KEY.verifier))["clean"]
    assert not (tmp_path / "examiner").exists()
    assert run.faults("--against", str(kept), "--key", str(KEY.verifier)) == ["checkpoint_foreign"]
    assert run.faults("--against", str(kept)) == ["checkpoint_foreign"]


def test_checkpoints_that_prove_nothing_are_findings(run: Run, tmp_path: Path) -> None:
    run("checkpoint")
    (sound,) = run.checkpoints.iterdir()
    note = sound.read_text(encoding="utf-8")
    for name, content in {
        "13.txt": note.replace("\n12\n", "\n11\n").encode(),
        "14.txt": b"12\n",
        "15.txt": b"\xff\xfe",
        "16.txt": KEY.sign(Checkpoint(12, bytes(32)).text).encode(),
    }.items():
        (tmp_path / name).write_bytes(content)
    files = [word for name in ("13", "14", "15", "16") for word in ("--against", str(tmp_path / f"{name}.txt"))]
    assert run.faults("--against", str(sound), *files) == [
        "checkpoint_forged",
        "checkpoint_unreadable",
        "checkpoint_unreadable",
        "checkpoint_foreign",
    ]
    assert "16.txt is not signed by a key that is known here" in run("verify", *files, code=1).stdout


def test_entries_that_nobody_sealed_are_found_and_checkpoint_seals_them(run: Run) -> None:
    run.trail.now = SystemClock().now() - timedelta(minutes=2)
    asyncio.run(run.trail.write(3))
    assert run.faults() == ["sealing_stopped"]
    note = run("checkpoint").stdout
    assert note.split("\n")[1] == "15"
    assert run.verified()["clean"]


def test_a_checkpoint_is_printed_and_kept(run: Run) -> None:
    result = run("checkpoint")
    (file,) = run.checkpoints.iterdir()
    assert file.name == "000000000012.checkpoint"
    assert file.read_text(encoding="utf-8") == result.stdout
    known = Verifier.read(run("key").stdout)
    assert Checkpoint.read(opened(result.stdout, [known])).size == 12
    assert run("checkpoint").stdout == result.stdout


def test_a_checkpoint_alone_goes_to_standard_output_its_log_line_elsewhere(run: Run) -> None:
    command = [str(Path(sys.executable).parent / "tierbook"), "audit", "checkpoint"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == (run.checkpoints / "000000000012.checkpoint").read_text(encoding="utf-8")
    line = json.loads(done.stderr)
    assert (line["event"], line["size"], line["root"]) == ("audit_checkpoint", 12, done.stdout.split("\n")[2])


def test_a_file_is_not_overwritten_by_a_checkpoint(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("precious")
    assert "kept.txt: is there" in run("checkpoint", "-o", str(tmp_path / "kept.txt"), code=2).stderr
    assert (tmp_path / "kept.txt").read_text() == "precious"


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--against", "/nonexistent"),
        ("verify", "--key", "nonsense"),
        ("verify", "--nonsense"),
        ("list", "--since", "yesterday"),
        ("list", "--before", "0"),
        ("list", "--outcome", "undone"),
    ],
)
def test_wrong_usage_is_told_from_a_broken_trail(run: Run, words: tuple[str, ...]) -> None:
    run(*words, code=2)


@pytest.mark.parametrize("command", ["verify", "checkpoint", "list"])
def test_a_database_that_cannot_be_used_is_no_broken_trail(
    run: Run, empty_database_url: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    assert "start the service on it once" in run(command, code=2).stderr
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x?host=/nonexistent")
    assert "does not answer" in run(command, code=2).stderr
    monkeypatch.setenv("DATABASE_URL", "mysql://root:hunter2@db")
    assert "hunter2" not in run(command, code=2).output


def test_a_list_is_for_programs_unless_it_is_a_terminal(run: Run) -> None:
    asyncio.run(run.trail.write(1, actor=Actor("cli:root"), reason="a\tb\nc\x1b[31m", unit=None))
    lines = run("list", "--limit", "2").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["13", "12"]
    first, second = (line.split("\t") for line in lines)
    assert first[2:] == ["cli:root", "", "client.updated", "client", "C0", "", "done", "a\ufffdb\ufffdc\ufffd[31m", ""]
    assert second[2:4] == ["crm", "E1001"]
    assert second[-1] == "request-1"


def test_a_list_is_narrowed_by_what_is_asked(run: Run) -> None:
    assert len(run("list", "--object-id", "C0").stdout.splitlines()) == 2
    assert [line.split("\t")[0] for line in run("list", "--before", "3").stdout.splitlines()] == ["2", "1"]
    assert run("list", "--outcome", "denied").stdout == ""
    assert run("list", "--since", "2999-01-01").stdout == ""
    assert len(run("list", "--until", "2999-01-01 00:00:00", "--actor", "E1001").stdout.splitlines()) == 12


def test_who_lists_is_written_down(run: Run) -> None:
    run("list", "--object-type", "client", "--since", "2026-11-22")
    (line,) = run("list", "--action", "audit.").stdout.splitlines()
    cells = line.split("\t")
    assert cells[1].endswith("+08:00"), "in the zone that --since is in"
    assert cells[2].startswith("cli:")
    assert cells[4:7] == ["audit.read", "audit", "entries"]
    [(asked,)] = run.trail.rows("SELECT after FROM audit_entry WHERE action = 'audit.read' ORDER BY id LIMIT 1")
    assert asked == {"object_type": "client", "since": "2026-11-22T00:00:00+08:00"}


def test_a_terminal_gets_a_table(run: Run) -> None:
    async def newest() -> Sequence[AuditEntry]:
        async with run.trail.sessions() as session:
            return await entries(session, Wanted(), true(), 3)

    asyncio.run(run.trail.write(1, reason="[red]not markup[/red]"))
    table = as_table(asyncio.run(newest()), ZoneInfo("Asia/Shanghai"))
    assert "Action 动作" in table
    assert "E1001 (crm)" in table
    assert "[red]not markup[/red]" in table
    assert as_table([], ZoneInfo("UTC")) == "No entries.\n"
