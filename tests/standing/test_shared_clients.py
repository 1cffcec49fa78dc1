"""Who did what to a client that units share: told to the units where they serve, and to those above."""

import httpx2
import pytest

from tests.standing.conftest import CLIENT, CallerOf, as_person
from tests.standing.test_overrides import OVERRIDES, decided, proposed

OF_CLIENT = f"/v1/clients/{CLIENT}"
READ = {
    OVERRIDES: {"b1-director", "b1-president"},
    f"{OF_CLIENT}/assessments": {"b1-director", "b1-s1-rm"},
    f"{OF_CLIENT}/moves": {"b1-director"},
    f"{OF_CLIENT}/revisions": {"b1-expert"},
    f"{OF_CLIENT}/facts/balance": {"b1-s1-rm"},
    f"/v1/warnings?client_id={CLIENT}": {"b1-s1-head"},
}
"""What is read, and who is named there."""


@pytest.fixture
async def shared(client: httpx2.AsyncClient, core: None) -> None:
    """B1-S1 leads the client, B2-S1 assists it; officers of B1 recorded, assessed, decided, acknowledged."""
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "corporate"}

    async def does(person: str, method: str, path: str, **body: object) -> None:
        answer = await client.request(method, path, json=body, headers=as_person(person))
        assert answer.status_code in {200, 201, 207}, answer.text

    await does("b1-expert", "PUT", OF_CLIENT, **profile, assisting_units=["B2-S1"])
    await does("b1-s1-rm", "POST", f"{OF_CLIENT}/facts", facts={"balance": "78"})
    await does("b1-director", "POST", f"{OF_CLIENT}/assessments", rulebook="watched-clients")
    assert (await decided(client, await proposed(client), "b1-president")).status_code == 200
    [warning] = (await client.get(f"/v1/warnings?client_id={CLIENT}")).json()["items"]
    await does("b1-s1-head", "POST", f"/v1/warnings/{warning['id']}/acknowledge")


def named(answer: httpx2.Response) -> set[str]:
    """The officers of B1 who stand in an answer."""
    assert answer.status_code == 200, answer.text
    return {person for persons in READ.values() for person in persons if f'"{person}"' in answer.text}


@pytest.mark.parametrize("path", READ)
async def test_who_acted_is_told_on_the_objects_as_on_the_trail(
    client: httpx2.AsyncClient, of: CallerOf, shared: None, path: str
) -> None:
    assert named(await client.get(path)) == READ[path]
    assert named(await (await of("B1")).get(path)) == READ[path]
    assert named(await (await of("B2")).get(path)) == set()


async def test_at_a_glance_too_a_client_names_but_its_team(
    client: httpx2.AsyncClient, of: CallerOf, shared: None
) -> None:
    path = f"{OF_CLIENT}/overview"
    assert named(await client.get(path)) == {person for persons in READ.values() for person in persons}
    team = {"b1-director", "b1-president", "b1-s1-head"}
    assert named(await (await of("B2")).get(path)) == team
