"""What was decided under a version that this process cannot read is shown all the same, without what it alone says."""

import httpx2
import pytest
from fastapi import FastAPI

from app.rulebooks.published import Unreadable
from tests.standing.conftest import CLIENT, Assess, Know

ASSESSMENTS = f"/v1/clients/{CLIENT}/assessments"


@pytest.fixture
async def another_build(
    app: FastAPI, core: None, know: Know, assess: Assess, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client was assessed under two rulebooks and is leaving; the version of one cannot be read from then on."""
    assert (await client.post(ASSESSMENTS, json={"rulebook": "balance-classes"})).status_code == 201
    await know(overdue_days="95")
    await assess()
    known = app.state.rulebooks
    digest = known.pinned("watched-clients", 1).sound.digest
    monkeypatch.setitem(known._by_digest, digest, Unreadable("watched-clients", 1, "another build"))


async def test_a_page_holds_what_a_version_of_another_build_decided(
    client: httpx2.AsyncClient, another_build: None
) -> None:
    found = (await client.get(ASSESSMENTS)).json()["items"]
    stale = {each["rulebook"]["name"]: {fact["stale"] for fact in each["facts"].values()} for each in found}
    assert stale == {"watched-clients": {None}, "balance-classes": {False}}


async def test_an_exit_under_a_version_of_another_build_is_shown_without_its_steps(
    client: httpx2.AsyncClient, another_build: None
) -> None:
    [shown] = (await client.get("/v1/exits")).json()["items"]
    assert (shown["state"], shown["steps"]) == ("proposed", None)
    seen = await client.get(f"/v1/clients/{CLIENT}/overview")
    assert (seen.status_code, "confirm_exit" in {each["code"] for each in seen.json()["next_steps"]}) == (200, True)
