"""Everything the environment may say, read once and passed down; nothing else reads the environment."""

import base64
import binascii
import errno
import os
import re
import secrets
from collections.abc import Callable
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

_DRIVER = "postgresql+psycopg://"
_MIN_SECRET = 16
_SEED_BYTES = 32
_HOST = re.compile(r"\.?([A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*")  # no number at its end


def _with_driver(url: SecretStr) -> SecretStr:
    """Accept the ways people write a PostgreSQL address and name our driver in it."""
    text = url.get_secret_value()
    for scheme in (_DRIVER, "postgresql://", "postgres://"):
        if text.startswith(scheme):
            return SecretStr(_DRIVER + _checked(text.removeprefix(scheme)))
    message = "must begin with postgresql:// (Tierbook speaks to PostgreSQL only)"
    raise ValueError(message)


def _checked(rest: str) -> str:
    """What follows the scheme; raises ValueError, without repeating it, where the driver could not read it."""
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if authority.count("@") > 1:
        raise ValueError("holds a bare @ in its user or password: write %40")
    try:
        conninfo_to_dict(f"postgresql://{rest}")
    except ProgrammingError:
        raise ValueError("cannot be read: write postgresql://user:password@host:5432/database") from None
    return rest


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < _MIN_SECRET:
        message = f"must have at least {_MIN_SECRET} characters; make one with: openssl rand -hex 32"
        raise ValueError(message)
    return secret


def _seed_of(text: str) -> bytes:
    """The 32 bytes of a key, of their base64; raises ValueError."""
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != _SEED_BYTES:
        message = f"must be the base64 of {_SEED_BYTES} bytes; make one with: openssl rand -base64 {_SEED_BYTES}"
        raise ValueError(message)
    return seed


def _a_seed(secret: SecretStr) -> SecretStr:
    _seed_of(secret.get_secret_value())
    return secret


def _a_host_or_network(entries: str) -> str:
    for entry in filter(None, map(str.strip, entries.split(","))):
        if not _is_network(entry) and not _HOST.fullmatch(entry):
            message = (
                "must be host names (crm.bank.internal; .bank.internal for all below it) and networks (10.1.0.0/16)"
            )
            raise ValueError(message)
    return entries


def _is_network(entry: str) -> bool:
    try:
        ip_network(entry)
    except ValueError:
        return False
    return True


class _Environment(EnvSettingsSource):
    """Reads aliases only: by field name too, HOME would become `home`, and the database land there."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.config = SettingsConfigDict(**{**self.config, "validate_by_name": False})


class Settings(BaseSettings):
    """One frozen value, built at start-up. Field names are for code, aliases for the environment."""

    model_config = SettingsConfigDict(
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        extra="ignore",
        env_ignore_empty=True,
    )

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="PORT")
    database_url: Annotated[SecretStr, AfterValidator(_with_driver)] | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or later; an embedded one under `home` where none is given.",
    )
    database_pool: int = Field(
        default=10, ge=1, le=200, validation_alias="TIERBOOK_DATABASE_POOL", description="connections per process"
    )
    prepared_statements: bool = Field(
        default=True,
        validation_alias="TIERBOOK_PREPARED_STATEMENTS",
        description="turn off behind a PgBouncer older than 1.21 in transaction pooling",
    )
    home: Path = Field(
        default=Path("var"),
        validation_alias="TIERBOOK_HOME",
        description="the folder for what this installation keeps: the embedded database, secrets, audit checkpoints",
    )
    bootstrap_key: SecretStr | None = Field(
        default=None,
        validation_alias="TIERBOOK_BOOTSTRAP_KEY",
        description="presets the first administrator key, for automation",
    )
    key_secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_KEY_SECRET",
        description="what API keys are hashed under; must be the same on every replica",
    )
    key_secret_previous: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_KEY_SECRET_PREVIOUS",
        description="the secret before: keys made under it go on working until they are rotated",
    )
    key_offline_grace: float = Field(
        default=3600.0,
        ge=0,
        le=86400,
        validation_alias="TIERBOOK_KEY_OFFLINE_GRACE",
        description="seconds that a verified key goes on working while the database is away",
    )
    audit_key: Annotated[SecretStr, AfterValidator(_a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_AUDIT_KEY",
        description="base64 of the 32 bytes that audit checkpoints are signed with; the same on every replica",
    )
    audit_checkpoints: Path | None = Field(
        default=None,
        validation_alias="TIERBOOK_AUDIT_CHECKPOINTS",
        description="the folder for signed checkpoints of the audit trail; `home/checkpoints` where none is given",
    )
    webhook_key: Annotated[SecretStr, AfterValidator(_a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_WEBHOOK_KEY",
        description="base64 of the 32 bytes that secrets of webhooks are sealed under; the same on every replica",
    )
    webhook_key_previous: Annotated[SecretStr, AfterValidator(_a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_WEBHOOK_KEY_PREVIOUS",
        description="the key before: what is sealed under it is read until `tierbook webhooks reseal`",
    )
    webhook_allow: Annotated[str, AfterValidator(_a_host_or_network)] = Field(
        default="",
        validation_alias="TIERBOOK_WEBHOOK_ALLOW",
        description="hosts inside the bank that webhooks may go to, by name or network, between commas",
    )
    timezone: ZoneInfo = Field(
        default=ZoneInfo("Asia/Shanghai"),
        validation_alias="TIERBOOK_TIMEZONE",
        description="where the bank's business dates are counted",
    )
    calendar: str = Field(
        default="CN",
        pattern=r"^[A-Z]{2}$",
        validation_alias="TIERBOOK_CALENDAR",
        description="the country whose days of rest and make-up days the bank keeps, by its ISO 3166 code",
    )
    visits_per_day: int = Field(
        default=4,
        ge=1,
        le=50,
        validation_alias="TIERBOOK_VISITS_PER_DAY",
        description="how many visits an officer can make on a working day, where capacity and plans are asked for",
    )
    role: Literal["all", "api"] = Field(
        default="all",
        validation_alias="TIERBOOK_ROLE",
        description="api: answer requests; what falls due or behind, and sending, is left to `tierbook worker`",
    )
    telemetry: bool = Field(
        default=False,
        validation_alias="TIERBOOK_TELEMETRY",
        description="traces and metrics by OpenTelemetry, to OTEL_EXPORTER_OTLP_ENDPOINT; needs the extra `telemetry`",
    )
    event_retention_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        validation_alias="TIERBOOK_EVENT_RETENTION_DAYS",
        description="for how many days events are kept, and what became of telling them, once nobody waits for them",
    )
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        le=600,
        validation_alias="TIERBOOK_DRAIN_SECONDS",
        description="how long /readyz fails after SIGTERM before connections are refused",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", validation_alias="LOG_LEVEL")
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto",
        validation_alias="TIERBOOK_LOG_FORMAT",
        description="auto: console on a terminal, JSON lines otherwise",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes them by name
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what code says, then the environment; no files."""
        return init_settings, _Environment(settings_cls)

    def with_database(self, url: str) -> "Settings":
        """Return the same settings with the database that was found or started."""
        return self.model_copy(update={"database_url": SecretStr(url)})

    @cached_property
    def pepper(self) -> bytes:
        """The secret that API keys are hashed under.

        `TIERBOOK_KEY_SECRET`, else one drawn the first time and kept in `home/secret` (0600), so that keys stay
        valid from one start to the next. Raises OSError where neither is possible.
        """
        if self.key_secret is not None:
            return self.key_secret.get_secret_value().encode()
        path = self.home / "secret"
        secret = _kept(path, lambda: secrets.token_hex(32))
        if len(secret) < _MIN_SECRET:
            raise OSError(errno.EINVAL, f"under {_MIN_SECRET} characters", str(path))
        return secret

    @property
    def peppers(self) -> tuple[bytes, ...]:
        """Every secret that keys may have been made under, the current one first."""
        previous = self.key_secret_previous
        return (self.pepper, previous.get_secret_value().encode()) if previous else (self.pepper,)

    @cached_property
    def audit_seed(self) -> bytes:
        """The 32 bytes of the private key that signs checkpoints of the audit trail.

        `TIERBOOK_AUDIT_KEY`, else drawn the first time and kept in `home/audit_key` (0600). Raises OSError where
        neither is possible.
        """
        return self._seed(self.audit_key, "audit_key")

    @cached_property
    def webhook_seeds(self) -> tuple[bytes, ...]:
        """The 32 bytes that secrets of webhooks are sealed under, then those before them, where they are given.

        `TIERBOOK_WEBHOOK_KEY`, else drawn the first time and kept in `home/webhook_key` (0600). Raises OSError where
        neither is possible.
        """
        current, previous = self._seed(self.webhook_key, "webhook_key"), self.webhook_key_previous
        return (current, _seed_of(previous.get_secret_value())) if previous else (current,)

    def _seed(self, given: SecretStr | None, name: str) -> bytes:
        if given is not None:
            return _seed_of(given.get_secret_value())
        path = self.home / name
        kept = _kept(path, lambda: base64.b64encode(secrets.token_bytes(_SEED_BYTES)).decode())
        try:
            return _seed_of(kept.decode())
        except ValueError:
            raise OSError(errno.EINVAL, f"not the base64 of {_SEED_BYTES} bytes", str(path)) from None

    @property
    def checkpoint_folder(self) -> Path:
        """Where signed checkpoints of the audit trail are written: outside the database."""
        return self.audit_checkpoints or self.home / "checkpoints"


class SettingsError(ValueError):
    """Settings that are wrong, by name: their values may be secrets."""


def read_settings() -> Settings:
    """The settings of the environment; raises SettingsError, a line for staff."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (f"{each['loc'][0]} {each['msg']}" for each in error.errors(include_input=False, include_url=False))
        raise SettingsError(f"a setting is wrong: {'; '.join(wrong)}") from None


def write_once(path: Path, text: str, mode: int) -> bool:
    """Write a file whole and durably; return False, changing nothing, where there is one: of two at once, one wins.

    A folder that is missing is made, private to us. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _sync_folder(folder: Path) -> None:
    """Make a new name in it outlive a crash of the machine; where a folder cannot be opened, the system sees to it."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _kept(path: Path, draw: Callable[[], str]) -> bytes:
    """Read the secret at `path`, drawing it first where there is none."""
    if not path.exists():
        write_once(path, draw(), 0o600)
    return path.read_bytes().strip()
