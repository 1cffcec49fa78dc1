"""Which addresses are public: everything that a registry has set aside is not, and IPv6 is denied unless it is known.

Of IPv4 and IPv6 alike the lists are IANA's special-purpose registries, the clouds' metadata services besides. IPv6
outside 2000::/3 carries no public host; what wraps an IPv4 address (NAT64, 6to4, Teredo, mapped) leads wherever that
points, and is refused whatever that is.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA: Final = "metadata"
"""Where a cloud tells its machines their secrets."""

_SET_ASIDE: Final[Mapping[str, tuple[str, ...]]] = {
    METADATA: (
        *("169.254.169.254/32", "169.254.169.253/32", "169.254.170.2/32", "168.63.129.16/32"),
        *("100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
    ),
    "this_host": ("0.0.0.0/8", "::/128"),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "carrier": ("100.64.0.0/10",),
    "link_local": ("169.254.0.0/16", "fe80::/10"),
    "site_local": ("fec0::/10",),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "broadcast": ("255.255.255.255/32",),
    "wraps_ipv4": (
        *("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
        *("2001::/32", "2002::/16", "::/8"),
    ),
    "documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    "benchmarking": ("198.18.0.0/15", "2001:2::/48"),
    "reserved": (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "240.0.0.0/4"),
        *("100::/64", "2001::/23", "2620:4f:8000::/48", "5f00::/16"),
    ),
}
_RANGES: Final = tuple((ip_network(each), why) for why, ranges in _SET_ASIDE.items() for each in ranges)
_PUBLIC_IPV6: Final = IPv6Network("2000::/3")
_ANY: Final = 1 << 128
_NAMED: Final = frozenset({"loopback", "private", "carrier"})
"""Where a host may stand that operations allowed by its name: inside the bank. Never at a cloud's metadata."""


@lru_cache(maxsize=4096)
def why_not_public(address: Address) -> str | None:
    """What an address is set aside for; None where it is public."""
    for network, why in _RANGES:
        if address.version == network.version and address in network:
            return why
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return "reserved"
    return None


class Allowed(NamedTuple):
    """What operations allow beyond public hosts: hosts by name (`.bank.internal`: all below it), and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, entries: str) -> "Allowed":
        """Of the setting: names and networks between commas."""
        parts = [each.strip().lower() for each in entries.split(",") if each.strip()]
        networks = {each: found for each in parts if (found := _as_network(each)) is not None}
        return cls(frozenset(parts) - networks.keys(), tuple(networks.values()))

    def has_name(self, host: str) -> bool:
        """Whether a host is allowed by its name."""
        above = host.split(".")
        return host in self.names or any("." + ".".join(above[at:]) in self.names for at in range(1, len(above)))

    def has_address(self, address: Address) -> bool:
        """Whether an address lies in a network that is allowed; one of a cloud's metadata, where it is named itself."""
        least = 1 if why_not_public(address) == METADATA else _ANY
        return any(
            address.version == each.version and address in each and each.num_addresses <= least
            for each in self.networks
        )


def is_inside(address: Address) -> bool:
    """Whether a host that is allowed by name may stand at an address that is not public."""
    return why_not_public(address) in _NAMED


def _as_network(entry: str) -> Network | None:
    try:
        return ip_network(entry)
    except ValueError:
        return None
