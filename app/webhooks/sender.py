"""One POST."""

from collections.abc import Mapping

from app.clock import Clock
from app.webhooks.answer import Answer
from app.webhooks.targets import Target


class Sender:
    """Sends bodies to receivers."""

    def __init__(self, clock: Clock, limit_s: float = 15.0) -> None:
        self._clock = clock
        self._limit_s = limit_s

    async def send(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST a body; whatever goes wrong is in the answer."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close every connection."""
        raise NotImplementedError
