"""How the values of settings are written, checked without repeating them: they may be secrets."""

import base64
import binascii
import re
from ipaddress import ip_network

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

_DRIVER = "postgresql+psycopg://"
MIN_SECRET = 16
SEED_BYTES = 32
_HOST = re.compile(r"\.?([A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*")  # no number at its end


def with_driver(url: SecretStr) -> SecretStr:
    """Accept the ways people write a PostgreSQL address and name our driver in it; raises ValueError."""
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


def long_enough(secret: SecretStr) -> SecretStr:
    """A secret that nobody guesses; raises ValueError."""
    if len(secret.get_secret_value()) < MIN_SECRET:
        message = f"must have at least {MIN_SECRET} characters; make one with: openssl rand -hex 32"
        raise ValueError(message)
    return secret


def seed_of(text: str) -> bytes:
    """The 32 bytes of a key, of their base64; raises ValueError."""
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SEED_BYTES:
        message = f"must be the base64 of {SEED_BYTES} bytes; make one with: openssl rand -base64 {SEED_BYTES}"
        raise ValueError(message)
    return seed


def a_seed(secret: SecretStr) -> SecretStr:
    """A secret that is the base64 of a key; raises ValueError."""
    seed_of(secret.get_secret_value())
    return secret


def hosts_or_networks(entries: str) -> str:
    """Host names and networks between commas; raises ValueError."""
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
