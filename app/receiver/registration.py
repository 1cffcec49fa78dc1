"""A receiver that registers itself with a service, and goes again when it leaves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

_LIMIT_S = 10.0


class NotRegisteredError(RuntimeError):
    """The service did not take the receiver, in words."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, and a key with webhooks:write."""

    url: str
    key: str


@contextmanager
def registered(service: Service, url: str, types: Sequence[str], unit: str | None) -> Iterator[str]:
    """Have events sent to `url` meanwhile; yield the secret. Raises NotRegisteredError."""
    order = {"url": url, "types": list(types), "unit": unit, "description": "tierbook listen"}
    headers = {"Authorization": f"Bearer {service.key}"}
    with httpx2.Client(base_url=service.url, headers=headers, timeout=_LIMIT_S, trust_env=False) as client:
        made = _made(client, order)
        try:
            yield made["secret"]
        finally:
            client.delete(f"/v1/webhooks/{made['id']}")


def _made(client: httpx2.Client, order: dict[str, Any]) -> Any:
    try:
        answer = client.post("/v1/webhooks", json=order)
    except httpx2.HTTPError as error:
        raise NotRegisteredError(f"no service at {client.base_url}: {error}") from None
    if answer.is_error:
        raise NotRegisteredError(_why(answer))
    return answer.json()


def _why(answer: httpx2.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"the service answered {answer.status_code}"
    places = "; ".join(f"{each['pointer']} {each['detail']}" for each in problem.get("errors") or ())
    return f"{problem.get('title')}: {places or problem.get('detail')}"
