"""Checkpoints have the form of c2sp.org/tlog-checkpoint, and lie in files that are never overwritten."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.chain import GENESIS, ORIGIN
from app.audit.checkpoint import Checkpoint
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.note import MalformedError, opened
from tests.audit.trail import KEY

ROOT = base64.b64encode(GENESIS).decode()


def test_a_checkpoint_is_origin_size_and_root() -> None:
    checkpoint = Checkpoint(12, bytes(range(32)))
    assert checkpoint.text == "tierbook-audit-v1\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    note = KEY.sign(checkpoint.text)
    assert note.startswith(f"{checkpoint.text}\n— {ORIGIN} ")
    assert Checkpoint.read(opened(note, [KEY.verifier])) == checkpoint


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(size: int, root: bytes) -> None:
    assert Checkpoint.read(Checkpoint(size, root).text) == Checkpoint(size, root)


def test_lines_that_others_add_are_permitted() -> None:
    assert Checkpoint.read(f"{ORIGIN}\n0\n{ROOT}\nanother line\n") == Checkpoint(0, GENESIS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n0\n",
        f"another log\n0\n{ROOT}\n",
        f"{ORIGIN}\n012\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n\N{FULLWIDTH DIGIT ONE}\n{ROOT}\n",
        f"{ORIGIN}\n1e3\n{ROOT}\n",
        f"{ORIGIN}\n{10**19}\n{ROOT}\n",
        f"{ORIGIN}\n0\n{ROOT[4:]}\n",
        f"{ORIGIN}\n0\n!{ROOT[1:]}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.read(text)


def test_files_are_found_by_size_the_largest_first(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "checkpoints")
    assert (folder.files(), folder.newest()) == ([], None)
    for size in (9, 10**13, 100):
        assert folder.add(size, "a note")
    (folder.path / ".000000000200.checkpoint.17").write_text("a draft of one who was killed")
    (folder.path / "notes.checkpoint").write_text("of somebody")
    names = ["10000000000000.checkpoint", "000000000100.checkpoint", "000000000009.checkpoint"]
    assert [path.name for path in folder.files()] == names
    assert folder.newest() == folder.path / names[0]


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "new" / "checkpoints")
    assert folder.add(5, "the first")
    assert not folder.add(5, "another")
    (file,) = folder.path.iterdir()
    assert file.read_text() == "the first"
    assert stat.S_IMODE(file.stat().st_mode) & 0o600 == 0o600


def test_a_folder_that_is_none_is_an_error_and_not_an_old_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="file"):
            CheckpointFolder(path).add(5, "a note")
