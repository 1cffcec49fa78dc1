"""Which addresses are public: nothing that a registry has set aside, whatever it is written as."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.addresses import Allowed, is_inside, why_not_public

V4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24"),
)
V6 = (
    *("::/8", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    *("5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2620:4f:8000::/48", "4000::/2", "8000::/1"),
)
PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "93.184.216.34", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1"),
    *("128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0"),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "192.0.1.1"),
    *("2606:4700::1111", "2400::1", "2001:200::1", "2001:4860:4860::8888", "2620:4f:7fff::1", "2a00:1450::1"),
)


def within(network: str) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    found = ip_network(network)
    return st.integers(int(found.network_address), int(found.broadcast_address)).map(type(found.network_address))


@given(st.sampled_from(V4 + V6).flatmap(within))
def test_nothing_in_a_range_that_is_set_aside_is_public(address: IPv4Address | IPv6Address) -> None:
    assert why_not_public(address) is not None


@pytest.mark.parametrize("network", V4 + V6)
def test_the_first_and_the_last_address_of_a_range_are_not_public(network: str) -> None:
    found = ip_network(network)
    assert why_not_public(found.network_address) is not None
    assert why_not_public(found.broadcast_address) is not None


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_public_by_being_wrapped(address: IPv4Address) -> None:
    number = int(address)
    wrapped = (
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0xFFFF << 48 | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x64FF9B0001 << 80) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
    )
    assert all(why_not_public(each) is not None for each in wrapped)


@pytest.mark.parametrize("text", PUBLIC)
def test_what_lies_beside_those_ranges_is_public(text: str) -> None:
    assert why_not_public(ip_address(text)) is None


@given(st.ip_addresses())
def test_what_python_takes_for_local_is_never_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        anycast = address.version == 4 and address in ip_network("192.88.99.0/24")
        assert why_not_public(address) is not None or anycast


def test_operations_allow_hosts_by_name_by_what_lies_below_and_by_network() -> None:
    allowed = Allowed.read(" crm.bank.internal, .Apps.internal,10.1.0.0/16,192.168.7.7, fd12::/16,")
    assert allowed.has_name("crm.bank.internal")
    assert allowed.has_name("a.b.apps.internal")
    assert not any(
        map(allowed.has_name, ("bank.internal", "x.crm.bank.internal", "apps.internal", "evilapps.internal"))
    )
    assert all(allowed.has_address(ip_address(each)) for each in ("10.1.255.1", "192.168.7.7", "fd12::1"))
    assert not any(allowed.has_address(ip_address(each)) for each in ("10.2.0.1", "192.168.7.8", "fd13::1"))


@pytest.mark.parametrize("text", ["169.254.169.254", "169.254.1.1", "0.0.0.0", "224.0.0.1", "100.100.100.200"])  # noqa: S104
def test_a_host_that_is_allowed_by_name_never_stands_at_metadata_or_at_none(text: str) -> None:
    assert not is_inside(ip_address(text))
    assert is_inside(ip_address("10.0.0.1"))
