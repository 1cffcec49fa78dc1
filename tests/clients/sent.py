"""What the tests of clients send."""

from typing import Any

import httpx2

PATH = "/v1/clients"


def company(**more: Any) -> dict[str, Any]:
    return {"kind": "company", "name": "北方重工", "unit": "B1-S1", **more}


def person(**more: Any) -> dict[str, Any]:
    return {"kind": "person", "name": "张伟民", "unit": "B1-S1", **more}


async def put(caller: httpx2.AsyncClient, client_id: str, profile: dict[str, Any]) -> dict[str, Any]:
    """Put a client that nothing stands against, and see that the answer is what reading it says."""
    answer = await caller.put(f"{PATH}/{client_id}", json=profile)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()
    assert await got(caller, f"{PATH}/{client_id}") == found
    return found


async def got(caller: httpx2.AsyncClient, path: str, **asked: Any) -> Any:
    """What is answered to a GET that nothing stands against."""
    answer = await caller.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(answer: httpx2.Response) -> list[tuple[str, str]]:
    """What is wrong with a request, part by part."""
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tierbook:problem:")
