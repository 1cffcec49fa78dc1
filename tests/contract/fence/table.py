"""Every route: a sound request with the ids of units' matter in it, or why it takes none.

A new route must be written into it, and so must every new path parameter, query parameter and field of a body that
takes an id.
"""

from typing import Final

from tests.contract.fence.ask import Ask, Nothing
from tests.contract.fence.asks import (
    clients,
    coverage,
    miss_reasons,
    occasions,
    organisation,
    others,
    standing,
    webhooks,
)

TABLE: Final[dict[str, list[Ask] | Nothing]] = (
    clients.ASKS
    | organisation.ASKS
    | others.ASKS
    | standing.ASKS
    | coverage.ASKS
    | occasions.ASKS
    | miss_reasons.ASKS
    | webhooks.ASKS
)
ASKED: Final = [(name, ask) for name, asks in TABLE.items() if not isinstance(asks, Nothing) for ask in asks]
"""Each request with the route that it is for."""
