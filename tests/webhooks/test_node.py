"""Receivers on Node: the library of Standard Webhooks from npm accepts what we sign. `make test-webhooks` runs it."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.webhooks.credentials import drawn
from app.webhooks.signing import new_secret
from app.webhooks.targets import signed_headers
from tests.webhooks.test_signing import BODY, ID, target

pytestmark = [
    pytest.mark.npm,
    pytest.mark.skipif(shutil.which("npm") is None or shutil.which("node") is None, reason="no Node here"),
]

VERIFY = """
const { Webhook } = require(process.argv[2]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
try { new Webhook(asked.secret).verify(asked.body, asked.headers); console.log("accepted"); }
catch (error) { console.log(error.constructor.name); }
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    (folder / "verify.js").write_text(VERIFY, encoding="utf-8")
    wanted = ("standardwebhooks@1", "svix@2")
    install = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *wanted]
    subprocess.run(install, check=True, capture_output=True, cwd=folder, timeout=300)
    return folder


def verified(node: Path, library: str, secret: str, body: bytes, headers: Mapping[str, str]) -> str:
    asked: dict[str, Any] = {"secret": secret, "body": body.decode(), "headers": dict(headers)}
    command = ["node", "verify.js", library]
    done = subprocess.run(command, check=True, capture_output=True, cwd=node, input=json.dumps(asked).encode())
    return done.stdout.decode().strip()


@pytest.mark.parametrize("library", ["standardwebhooks", "svix"])
def test_the_libraries_of_npm_accept_what_is_signed_and_nothing_else(node: Path, library: str) -> None:
    credential = drawn()
    headers = signed_headers(target(credential), ID, BODY, SystemClock().now())
    assert verified(node, library, credential.secret, BODY, headers) == "accepted"
    refused = "WebhookVerificationError"
    assert verified(node, library, credential.secret, BODY + b" ", headers) == refused
    assert verified(node, library, new_secret(), BODY, headers) == refused
