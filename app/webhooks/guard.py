"""Who may be sent to: public hosts over https, and those that operations allow; whatever is not known is denied.

A name is vetted twice, when it is registered and whenever a connection is made to it, and then that very address is
dialled: a name that leads elsewhere by then is refused, and there is nothing to look up a third time.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from app.webhooks.addresses import Address, Allowed, is_inside, why_not_public
from app.webhooks.destination import Destination
from app.webhooks.resolving import Resolve

_LOOKUP_S: Final = 5.0


class AddressForbiddenError(Exception):
    """A destination must not be reached; `code` for programs, the message for people, without the address."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class NameNotFoundError(Exception):
    """A name has no address, or nobody says which within five seconds."""


class AddressGuard:
    """Vets destinations; `allowed` is set by operations alone, never by who registers a receiver."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve

    async def vetted(self, destination: Destination) -> Sequence[Address]:
        """The addresses that a destination may be dialled at now, at least one: all that it has, or none.

        Raises AddressForbiddenError where any of them is forbidden, NameNotFoundError where there are none.
        """
        addresses = [destination.literal] if destination.literal is not None else await self._found(destination.host)
        for address in addresses:
            self._check(destination.host, address)
        if destination.scheme != "https" and not self._is_ours(destination.host, addresses):
            raise AddressForbiddenError("insecure", "must be https, or a host inside that operations allow")
        return addresses

    async def _found(self, name: str) -> Sequence[Address]:
        try:
            async with asyncio.timeout(_LOOKUP_S):
                found = await self._resolve(name)
        except (OSError, UnicodeError):  # a timeout is an OSError too
            found = []
        if not found:
            raise NameNotFoundError
        return found

    def _check(self, host: str, address: Address) -> None:
        why = why_not_public(address)
        if why is None or self._allowed.has_address(address):
            return
        if self._allowed.has_name(host) and is_inside(address):
            return
        raise AddressForbiddenError("address_forbidden", f"leads to an address that is not public ({why})")

    def _is_ours(self, host: str, addresses: Sequence[Address]) -> bool:
        return self._allowed.has_name(host) or all(map(self._allowed.has_address, addresses))
