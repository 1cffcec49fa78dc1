"""Ways to a server under measure: its commands, a caller with its key, and a bare connection to its PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from app.db.embedded import running_address
from bench.servers import Server


def command(home: Path, *arguments: str) -> None:
    """Run `tierbook` on the installation in `home`."""
    program = Path(sys.executable).with_name("tierbook")
    environment = {"TIERBOOK_HOME": str(home), "PATH": "/usr/bin:/bin"}
    subprocess.run([str(program), *arguments], env=environment, check=True, capture_output=True)


@contextmanager
def caller(server: Server, key: str) -> Iterator[httpx2.Client]:
    """One connection over HTTP."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers, timeout=60) as http:
        yield http


@contextmanager
def bare(home: Path) -> Iterator[psycopg.Connection[Any]]:
    """One connection to the database behind the server, as its owner."""
    address = running_address(home)
    assert address is not None
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection
