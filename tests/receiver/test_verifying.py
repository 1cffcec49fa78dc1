"""A receiver believes what is signed under a key it knows, now; and nothing else."""

from datetime import timedelta

import pytest

from app.receiver.verifying import TOLERANCE_S, Keys, NotGenuineError
from app.webhooks.signing import (
    new_private_key,
    new_secret,
    private_key_of,
    public_key_of,
    secret_of,
    signature_headers,
)
from tests.service import NOON

SECRET, PRIVATE, BODY = new_secret(), new_private_key(), b'{"id":"evt_1"}'


def headers(**changed: str) -> dict[str, str]:
    signed = signature_headers("evt_1", NOON, BODY, [secret_of(SECRET)], [private_key_of(PRIVATE)])
    return signed | {f"webhook-{name}": value for name, value in changed.items()}


@pytest.mark.parametrize("key", [SECRET, public_key_of(PRIVATE)], ids=["shared", "public"])
def test_one_key_of_either_kind_is_enough(key: str) -> None:
    Keys([new_secret(), key]).check(headers(), BODY, NOON + timedelta(seconds=TOLERANCE_S))


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ({}, BODY + b" "),
        ({"id": "evt_2"}, BODY),
        ({"timestamp": str(int(NOON.timestamp()) + 1)}, BODY),
        ({"signature": "v1,AAAA v1a,AAAA v2,AAAA nonsense v1,not base64"}, BODY),
        ({"timestamp": "soon"}, BODY),
    ],
)
def test_what_was_changed_on_the_way_is_not_genuine(changed: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotGenuineError):
        Keys([SECRET, public_key_of(PRIVATE)]).check(headers(**changed), body, NOON)


@pytest.mark.parametrize("seconds", [TOLERANCE_S + 1, -TOLERANCE_S - 1])
def test_what_is_old_or_of_tomorrow_is_not_genuine(seconds: int) -> None:
    with pytest.raises(NotGenuineError, match="too far"):
        Keys([SECRET]).check(headers(), BODY, NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(NotGenuineError, match=name):
        Keys([SECRET]).check({k: v for k, v in headers().items() if k != name}, BODY, NOON)


def test_another_secret_is_no_secret() -> None:
    with pytest.raises(NotGenuineError):
        Keys([new_secret()]).check(headers(), BODY, NOON)


@pytest.mark.parametrize("text", ["secret", "whsec_!", "whpk_AAAA", ""])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whsec_|whpk_"):
        Keys([text])
