"""A receiver's URL, read strictly: one spelling of each host, so that nobody else reads another host in it.

The libraries that later connect read octal, hexadecimal and short addresses, full-width digits, names before an `@`.
Nothing of the kind passes here, so that nothing can be told apart that means the same.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from app.webhooks.addresses import Address

LONGEST: Final = 2000
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
    r"(?P<query>\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LAST_PORT: Final = 65535
_PORTS: Final = {"https": 443, "http": 80}


class UrlRefusedError(ValueError):
    """A text is no URL of a receiver; `code` for programs, the message for people. Neither repeats it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Destination(NamedTuple):
    """A URL in its parts: `host` in lower case, of IPv6 without brackets; `literal` where it is an address itself."""

    scheme: str
    host: str
    port: int
    target: str
    literal: Address | None

    @property
    def authority(self) -> str:
        """Host and port in the one spelling, as the header `Host` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """It in the one spelling."""
        return f"{self.scheme}://{self.authority}{self.target}"


def is_same_host(url: str, other: str) -> bool:
    """Whether two URLs lead to one host by the same scheme and port; raises UrlRefusedError."""
    return read_url(url)[:3] == read_url(other)[:3]


@lru_cache(1024)
def read_url(text: str) -> Destination:
    """Read a URL, remembered for the next event; raises UrlRefusedError."""
    if len(text) > LONGEST or (found := _URL.fullmatch(text)) is None:
        raise UrlRefusedError(
            "url_malformed",
            f"must read https://host:port/path?query, in at most {LONGEST} characters of ASCII: no user, no fragment,"
            " other characters percent-encoded, an international name in its form xn--…",
        )
    scheme = found["scheme"].lower()
    host, literal = _host(found["host"].lower())
    port = int(found["port"] or _PORTS[scheme])
    if port > _LAST_PORT:
        raise UrlRefusedError("url_malformed", f"has a port over {_LAST_PORT}")
    return Destination(scheme, host, port, (found["path"] or "/") + (found["query"] or ""), literal)


def _host(text: str) -> tuple[str, Address | None]:
    if text.startswith("["):
        return _address(text[1:-1], IPv6Address)
    if _NUMBER.fullmatch(text.removesuffix(".").rpartition(".")[2]):
        return _address(text, IPv4Address)
    if not _NAME.fullmatch(text):
        raise UrlRefusedError("url_malformed", "has a host that is no name: no dot at its end, no empty parts")
    return text, None


def _address(text: str, kind: type[IPv4Address] | type[IPv6Address]) -> tuple[str, Address]:
    try:
        address = kind(text)
    except ValueError:
        usual = "four decimal numbers without leading zeros, or IPv6 in brackets without a zone"
        raise UrlRefusedError("address_spelling", f"has an address in an unusual spelling: write {usual}") from None
    return str(address), address
