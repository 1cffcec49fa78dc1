import httpx2
import pytest

from app.db.engine import Sessions
from tests.rulebooks.publishing import BY_AUTHOR, FURTHER, Publish, publisher, staffed


@pytest.fixture
async def client(client: httpx2.AsyncClient, sessions: Sessions) -> httpx2.AsyncClient:
    """A caller with an administrator's key, who acts for an author of drafts; that officer serves, and another."""
    async with sessions.begin() as session:
        await staffed(session, FURTHER)
    client.headers.update(BY_AUTHOR)
    return client


@pytest.fixture
def publish(client: httpx2.AsyncClient, sessions: Sessions) -> Publish:
    """Simulates a draft and publishes it, as another person than whoever stored it through `client`."""
    return publisher(client, sessions)
