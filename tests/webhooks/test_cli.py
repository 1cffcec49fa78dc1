"""`tierbook webhooks`, as typed."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner, Result

from app.db.engine import open_engine, open_sessions
from app.events.tables import Endpoint
from app.settings import Settings
from app.webhooks.cli import app
from app.webhooks.credentials import drawn, packed
from app.webhooks.sealing import SealBrokenError, SealingKeys
from app.webhooks.targets import HEADERS, SECRETS, target_of

OLD, NEW, LOST = (bytes([each]) * 32 for each in (1, 2, 3))
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PLAIN = {"url": "https://crm.test/", "description": "", "types": [], "state": "active", "concurrency": 4, "failures": 0}


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def sealed(number: int, key: bytes) -> Endpoint:
    keys, made, credential = SealingKeys(key), UUID(int=number), drawn()
    opened = {
        "secrets": keys.seal(made, SECRETS, packed([credential])),
        "headers": keys.seal(made, HEADERS, b'{"a":"b"}'),
    }
    rest: dict[str, Any] = {"created_at": NOW, "created_by": "test", "revision": 1, "updated_at": NOW}
    return Endpoint(id=made, public_key=credential.public_key, **opened, **PLAIN, **rest)


@pytest.fixture
def settings(bare_settings: Settings, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    monkeypatch.setenv("TIERBOOK_WEBHOOK_KEY", written(NEW))
    monkeypatch.setenv("TIERBOOK_WEBHOOK_KEY_PREVIOUS", written(OLD))
    return bare_settings.with_database(fresh_database_url)


def stored(settings: Settings, *more: Endpoint) -> tuple[list[Endpoint], list[str]]:
    """Add some; all that are there, and what the trail says."""

    async def work() -> tuple[list[Endpoint], list[str]]:
        engine = open_engine(settings)
        async with open_sessions(engine).begin() as session:
            session.add_all(more)
            await session.flush()
            found = [*await session.scalars(select(Endpoint).order_by(Endpoint.id))]
            actions = [*await session.scalars(text("SELECT action FROM audit_entry ORDER BY id"))]
        await engine.dispose()
        return found, actions

    return asyncio.run(work())


def reseal(code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["reseal"])
    assert result.exit_code == code, result.output
    return result


def test_secrets_are_sealed_anew_and_the_old_key_is_needed_no_more(settings: Settings) -> None:
    stored(settings, sealed(1, OLD), sealed(2, NEW))
    assert reseal().stdout == "1 webhooks sealed anew, 1 were already\n"
    found, actions = stored(settings)
    for each in found:
        target = target_of(each, SealingKeys(NEW), NOW)
        assert (len(target.secrets), target.headers) == (1, {"a": "b"})
    assert actions == ["webhook_secrets.resealed"]
    assert reseal().stdout == "0 webhooks sealed anew, 2 were already\n"


def test_what_is_sealed_under_a_key_that_is_not_here_stays_and_is_told(settings: Settings) -> None:
    stored(settings, sealed(1, LOST), sealed(2, OLD))
    result = reseal(1)
    assert result.stdout == "1 webhooks sealed anew, 0 were already\n"
    assert "1 are sealed under a key that is not here" in result.stderr
    [lost, anew], _ = stored(settings)
    assert target_of(lost, SealingKeys(LOST), NOW).secrets
    assert target_of(anew, SealingKeys(NEW), NOW).secrets
    with pytest.raises(SealBrokenError):
        target_of(lost, SealingKeys(NEW, OLD), NOW)


def test_a_wrong_key_is_a_line_that_does_not_repeat_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERBOOK_WEBHOOK_KEY", "tooshort")
    result = reseal(2)
    assert "TIERBOOK_WEBHOOK_KEY" in result.stderr
    assert "tooshort" not in result.stderr
