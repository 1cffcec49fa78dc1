"""Files that are written once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.kept_files import write_once


def test_of_many_who_write_a_file_once_one_does(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    with ThreadPoolExecutor(4) as pool:
        wrote = [*pool.map(lambda number: write_once(path, f"{number}" * 10_000, 0o600), range(8))]
    assert sum(wrote) == 1
    assert path.read_text() == f"{wrote.index(True)}" * 10_000
    assert [each.name for each in path.parent.iterdir()] == ["file"]
