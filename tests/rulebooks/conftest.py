import httpx2
import pytest

from app.db.engine import Sessions
from tests.rulebooks.publishing import Publish, publisher


@pytest.fixture
def publish(client: httpx2.AsyncClient, sessions: Sessions) -> Publish:
    """Simulates a draft and publishes it, as another person than whoever stored it through `client`."""
    return publisher(client, sessions)
