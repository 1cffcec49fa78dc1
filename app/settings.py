"""Everything the environment may say, read once and passed down; nothing else reads the environment."""

import base64
import errno
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from app.kept_files import kept
from app.setting_values import MIN_SECRET, SEED_BYTES, a_seed, hosts_or_networks, long_enough, seed_of, with_driver


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
    database_url: Annotated[SecretStr, AfterValidator(with_driver)] | None = Field(
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
    key_secret: Annotated[SecretStr, AfterValidator(long_enough)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_KEY_SECRET",
        description="what API keys are hashed under; must be the same on every replica",
    )
    key_secret_previous: Annotated[SecretStr, AfterValidator(long_enough)] | None = Field(
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
    audit_key: Annotated[SecretStr, AfterValidator(a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_AUDIT_KEY",
        description="base64 of the 32 bytes that audit checkpoints are signed with; the same on every replica",
    )
    audit_checkpoints: Path | None = Field(
        default=None,
        validation_alias="TIERBOOK_AUDIT_CHECKPOINTS",
        description="the folder for signed checkpoints of the audit trail; `home/checkpoints` where none is given",
    )
    webhook_key: Annotated[SecretStr, AfterValidator(a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_WEBHOOK_KEY",
        description="base64 of the 32 bytes that secrets of webhooks are sealed under; the same on every replica",
    )
    webhook_key_previous: Annotated[SecretStr, AfterValidator(a_seed)] | None = Field(
        default=None,
        validation_alias="TIERBOOK_WEBHOOK_KEY_PREVIOUS",
        description="the key before: what is sealed under it is read until `tierbook webhooks reseal`",
    )
    webhook_allow: Annotated[str, AfterValidator(hosts_or_networks)] = Field(
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
        secret = kept(path, lambda: secrets.token_hex(32))
        if len(secret) < MIN_SECRET:
            raise OSError(errno.EINVAL, f"under {MIN_SECRET} characters", str(path))
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
        return (current, seed_of(previous.get_secret_value())) if previous else (current,)

    def _seed(self, given: SecretStr | None, name: str) -> bytes:
        if given is not None:
            return seed_of(given.get_secret_value())
        path = self.home / name
        text = kept(path, lambda: base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode())
        try:
            return seed_of(text.decode())
        except ValueError:
            raise OSError(errno.EINVAL, f"not the base64 of {SEED_BYTES} bytes", str(path)) from None

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
