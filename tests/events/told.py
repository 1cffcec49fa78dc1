"""What was told of, as the tests of features read it."""

from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.catalogue import TYPES

_TOLD = "SELECT type, unit, subject, body FROM event ORDER BY written"


async def told(session: AsyncSession, *nouns: str) -> list[dict[str, Any]]:
    """Events in the order in which they were written: their data with `type` and `unit`; those of some nouns alone.

    Each is held against its model of the catalogue, and names as its subject the client that it tells of.
    """
    found = []
    for row in await session.execute(text(_TOLD)):
        event = orjson.loads(row.body)
        TYPES[event["type"]].model_validate(event["data"])
        assert event.get("subject") == row.subject == event["data"].get("client_id")
        assert event.get("unit") == row.unit
        name = row.type.removeprefix("tierbook.").removesuffix(".v1")
        if not nouns or name in nouns or name.partition(".")[0] in nouns:
            found.append({"type": name, "unit": row.unit, **event["data"]})
    return found
