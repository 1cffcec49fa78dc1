"""The guard: what is not public is not reached, at registration and at each connection."""

from ipaddress import ip_address

import pytest

from app.webhooks.addresses import Address, Allowed
from app.webhooks.destination import read_url
from app.webhooks.guard import AddressForbiddenError, AddressGuard, NameNotFoundError
from tests.webhooks.forbidden import ADDRESSES

PUBLIC = "93.184.216.34"
NOTHING = Allowed()


def guard(*answers: list[str], allowed: Allowed = NOTHING) -> AddressGuard:
    """A guard whose names resolve to these, one after the other."""
    waiting = list(answers)

    async def resolve(_: str) -> list[Address]:
        return [ip_address(each) for each in waiting.pop(0)]

    return AddressGuard(allowed, resolve)


async def refused(by: AddressGuard, url: str) -> str:
    with pytest.raises(AddressForbiddenError) as error:
        await by.vetted(read_url(url))
    return error.value.code


@pytest.mark.parametrize("host", ADDRESSES)
async def test_no_forbidden_address_passes_as_itself_or_as_what_a_name_leads_to(host: str) -> None:
    bare = host.strip("[]")
    assert await refused(guard(), f"https://{host}/") == "address_forbidden"
    assert await refused(guard([bare]), "https://crm.test/") == "address_forbidden"
    assert await refused(guard([PUBLIC, bare]), "https://crm.test/") == "address_forbidden"
    assert await refused(guard([bare, PUBLIC]), "https://crm.test/") == "address_forbidden"


async def test_a_public_name_passes_with_all_that_it_has() -> None:
    found = await guard([PUBLIC, "2606:4700::1111"]).vetted(read_url("https://crm.test/"))
    assert [str(each) for each in found] == [PUBLIC, "2606:4700::1111"]


async def test_a_name_that_was_public_and_leads_elsewhere_now_is_refused() -> None:
    rebinding = guard([PUBLIC], ["169.254.169.254"])
    await rebinding.vetted(read_url("https://crm.test/"))
    assert await refused(rebinding, "https://crm.test/") == "address_forbidden"


async def test_without_tls_only_hosts_inside_are_reached() -> None:
    assert await refused(guard([PUBLIC]), "http://crm.test/") == "insecure"
    assert await refused(guard(), f"http://{PUBLIC}/") == "insecure"
    by_network = guard(["10.1.2.3"], allowed=Allowed.read("10.1.0.0/16"))
    assert await by_network.vetted(read_url("http://crm.test/"))
    half = guard(["10.1.2.3", PUBLIC], allowed=Allowed.read("10.1.0.0/16"))
    assert await refused(half, "http://crm.test/") == "insecure"
    by_name = guard(["10.1.2.3"], allowed=Allowed.read("crm.test"))
    assert await by_name.vetted(read_url("http://crm.test/"))


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "fd00:ec2::254", "::ffff:a00:1"])  # noqa: S104
async def test_a_name_that_operations_allow_leads_inside_and_never_to_metadata(address: str) -> None:
    by_name = Allowed.read("crm.test")
    assert await refused(guard([address], allowed=by_name), "https://crm.test/") == "address_forbidden"
    assert await refused(guard(["10.0.0.1"], allowed=by_name), "https://other.test/") == "address_forbidden"
    assert await guard([address], allowed=Allowed.read(f"{address}/{128 if ':' in address else 32}")).vetted(
        read_url("https://crm.test/")
    )


@pytest.mark.parametrize(("address", "network"), [("fd00:ec2::254", "fc00::/7"), ("100.100.100.200", "100.64.0.0/10")])
async def test_nor_does_a_network_that_is_allowed_lead_to_metadata_within_it(address: str, network: str) -> None:
    by_network = Allowed.read(network)
    assert await refused(guard([address], allowed=by_network), "https://crm.test/") == "address_forbidden"
    assert await guard([address], allowed=Allowed.read(address)).vetted(read_url("https://crm.test/"))


async def test_a_name_without_an_address_is_not_found() -> None:
    with pytest.raises(NameNotFoundError):
        await guard([]).vetted(read_url("https://crm.test/"))

    async def fails(_: str) -> list[Address]:
        raise OSError("nobody knows")

    with pytest.raises(NameNotFoundError):
        await AddressGuard(NOTHING, fails).vetted(read_url("https://crm.test/"))
