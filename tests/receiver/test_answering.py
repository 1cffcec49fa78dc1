"""The receiver says what came, and answers as it was told to."""

import httpx2
import pytest

from app.clock import ManualClock
from app.receiver.answering import Behaviour, Delivered, Receiver
from app.receiver.verifying import Keys
from app.webhooks.signing import new_secret, secret_of, signature_headers
from tests.service import NOON

SECRET, BODY = new_secret(), b'{"id":"evt_1","type":"tierbook.review.due.v1","subject":"C-1"}'
SIGNED = signature_headers("evt_1", NOON, BODY, [secret_of(SECRET)], [])


async def delivered(times: int, body: bytes = BODY, **behaviour: int) -> tuple[list[int], list[Delivered]]:
    """Delivers a body so many times; the answers, and what the receiver said."""
    said: list[Delivered] = []
    receiver = Receiver(lambda: Keys([SECRET]), Behaviour(**behaviour), ManualClock(NOON), said.append)
    transport = httpx2.ASGITransport(receiver.app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://receiver.test") as client:
        answers = [await client.post("/any/path", content=body, headers=SIGNED) for _ in range(times)]
    return [each.status_code for each in answers], said


async def test_a_genuine_delivery_is_taken() -> None:
    answers, [said] = await delivered(1)
    assert answers == [204]
    assert (said.event["subject"], said.time, said.fault) == ("C-1", 1, None)


async def test_one_that_was_changed_is_not() -> None:
    answers, [said] = await delivered(1, BODY.replace(b"C-1", b"C-2"))
    assert answers == [401]
    assert said.fault is not None


@pytest.mark.parametrize("body", [b"", b"[]", b"no json"])
async def test_what_is_no_event_ends_nothing(body: bytes) -> None:
    answers, [said] = await delivered(1, body)
    assert (answers, said.event) == ([401], {})


async def test_the_first_attempts_fail_where_that_is_asked_for_and_repetitions_are_counted() -> None:
    answers, said = await delivered(4, fail_first=2)
    assert answers == [503, 503, 204, 204]
    assert [each.time for each in said] == [1, 2, 3, 4]


async def test_it_never_is_content_where_that_is_asked_for() -> None:
    assert (await delivered(2, status=500))[0] == [500, 500]
