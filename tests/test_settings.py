import base64
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_way_to_write_the_database_names_our_driver(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    url = Settings().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+psycopg://u@h/d"


def test_another_database_is_refused() -> None:
    with pytest.raises(ValidationError, match="PostgreSQL only"):
        Settings(database_url=SecretStr("sqlite:///x.db"))


def test_the_environment_is_read_by_alias_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIERBOOK_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("TIMEZONE", "UTC")
    assert Settings().home == Path("var")
    assert Settings().timezone.key == "Asia/Shanghai"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("PORT", "")
    assert Settings().database_url is None
    assert Settings().port == 8000


def test_secrets_do_not_show(bare_settings: Settings) -> None:
    shown = repr(bare_settings.with_database("postgresql+psycopg://u:hush@h/d"))
    assert "hush" not in shown
    assert "pepper" not in shown


def test_a_short_key_secret_is_refused() -> None:
    with pytest.raises(ValidationError, match="openssl rand"):
        Settings(key_secret=SecretStr("short"))


def test_a_drawn_pepper_is_kept_and_private(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    drawn = Settings(home=home).pepper
    assert len(drawn) == 64
    assert Settings(home=home).pepper == drawn
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_a_kept_secret_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(OSError, match="under 16 characters"):
        Settings(home=tmp_path).peppers  # noqa: B018


def test_the_secret_before_comes_after_the_current_one() -> None:
    now, before = SecretStr("the current secret"), SecretStr("the secret before")
    assert Settings(key_secret=now, key_secret_previous=before).peppers == (b"the current secret", b"the secret before")


def test_a_drawn_audit_key_is_kept_and_private(tmp_path: Path) -> None:
    drawn = Settings(home=tmp_path).audit_seed
    assert len(drawn) == 32
    assert Settings(home=tmp_path).audit_seed == drawn
    assert stat.S_IMODE((tmp_path / "audit_key").stat().st_mode) == 0o600
    given = SecretStr((tmp_path / "audit_key").read_text())
    assert Settings(home=tmp_path / "other", audit_key=given).audit_seed == drawn
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("text", ["short", base64.b64encode(bytes(31)).decode(), "!" * 44])
def test_an_audit_key_that_is_none_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValidationError, match="openssl rand -base64 32") as refused:
        Settings(audit_key=SecretStr(text))
    assert text not in str(refused.value)
    (tmp_path / "audit_key").write_text(text)
    with pytest.raises(OSError, match="not the base64 of 32 bytes"):
        Settings(home=tmp_path).audit_seed  # noqa: B018


def test_a_drawn_webhook_key_is_kept_and_private_and_the_one_before_comes_second(tmp_path: Path) -> None:
    [drawn] = Settings(home=tmp_path).webhook_seeds
    assert stat.S_IMODE((tmp_path / "webhook_key").stat().st_mode) == 0o600
    before = SecretStr((tmp_path / "webhook_key").read_text())
    now = SecretStr(base64.b64encode(bytes(32)).decode())
    assert Settings(webhook_key=now, webhook_key_previous=before).webhook_seeds == (bytes(32), drawn)


@pytest.mark.parametrize(
    "text", ["", "crm.bank.internal", ".apps.internal, 10.1.0.0/16,fd12::/16 , localhost,10.1.2.3"]
)
def test_hosts_and_networks_may_be_allowed(text: str) -> None:
    assert Settings(webhook_allow=text).webhook_allow == text


@pytest.mark.parametrize("text", ["10.1.0.1/16", "127.1", "*", "https://crm", "crm:443", "a b", "10.1.0.0-10.1.0.9"])
def test_what_is_neither_host_nor_network_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="must be host names"):
        Settings(webhook_allow=text)


def test_checkpoints_lie_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).checkpoint_folder == tmp_path / "checkpoints"
    assert Settings(home=tmp_path, audit_checkpoints=tmp_path / "far").checkpoint_folder == tmp_path / "far"
