"""Signatures of Standard Webhooks, held against the libraries that receivers use."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import standardwebhooks
import svix.webhooks
import time_machine
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.events.catalogue import WarningRaised
from app.events.envelope import Happened, body_of, public_id
from app.events.tables import Endpoint
from app.webhooks.credentials import Credential, drawn, packed, rotated, unpacked
from app.webhooks.sealing import SealingKeys
from app.webhooks.signing import (
    new_private_key,
    new_secret,
    private_key_of,
    public_key_of,
    secret_of,
    signature_headers,
)
from app.webhooks.targets import HEADERS, SECRETS, Target, signed_headers, target_of
from tests.service import NOON

LATER = NOON + timedelta(hours=25)
HAPPENED = Happened(
    WarningRaised(client_id="C-1", rulebook="核心客户", warning="below", on=NOON.date()), ("C-1",), NOON, "C-1", "B1"
)
BODY = body_of(HAPPENED, NOON).encode()
ID = public_id(HAPPENED.id)
KEYS = SealingKeys(bytes(32))


def target(*held: Credential, at: datetime = NOON) -> Target:
    endpoint = Endpoint(id=uuid4(), url="https://crm.test/hook", headers=None, secrets=b"")
    endpoint.secrets = KEYS.seal(endpoint.id, SECRETS, packed(held))
    endpoint.headers = KEYS.seal(endpoint.id, HEADERS, b'{"x-token":"t"}')
    return target_of(endpoint, KEYS, at)


def verified_by_public_key(headers: dict[str, str], body: bytes, public_key: str) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    for each in headers["webhook-signature"].split():
        kind, _, signature = each.partition(",")
        try:
            if kind == "v1a":
                key.verify(base64.b64decode(signature), signed)
                return True
        except InvalidSignature:
            continue
    return False


def test_the_vector_of_the_specification_comes_out() -> None:
    """Its secret, id, timestamp and body, with the signature that its libraries are tested with."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signature_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret], [])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.webhooks.Webhook])
def test_receivers_libraries_accept_what_is_signed(library: type) -> None:
    credential = drawn()
    with time_machine.travel(NOON, tick=False):
        library(credential.secret).verify(BODY, signed_headers(target(credential), ID, BODY, NOON))


@pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.webhooks.Webhook])
def test_receivers_libraries_refuse_another_body_id_or_secret(library: type) -> None:
    credential = drawn()
    headers = signed_headers(target(credential), ID, BODY, NOON)
    wrong = [
        (credential.secret, BODY + b" ", headers),
        (credential.secret, BODY, headers | {"webhook-id": "evt_other"}),
        (new_secret(), BODY, headers),
    ]
    with time_machine.travel(NOON, tick=False):
        for secret, body, sent in wrong:
            with pytest.raises(standardwebhooks.WebhookVerificationError):
                library(secret).verify(body, sent)


def test_while_secrets_overlap_a_receiver_that_knows_either_is_content() -> None:
    old = drawn()
    held = rotated([old], NOON, timedelta(hours=24))
    headers = signed_headers(target(*held), ID, BODY, NOON)
    with time_machine.travel(NOON, tick=False):
        for each in (old, held[0]):
            standardwebhooks.Webhook(each.secret).verify(BODY, headers)
            assert verified_by_public_key(headers, BODY, each.public_key)


def test_after_the_overlap_the_old_secret_signs_nothing() -> None:
    old = drawn()
    held = rotated([old], NOON, timedelta(hours=24))
    headers = signed_headers(target(*held, at=LATER), ID, BODY, LATER)
    assert headers["webhook-signature"].count("v1,") == headers["webhook-signature"].count("v1a,") == 1
    with time_machine.travel(LATER, tick=False), pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(old.secret).verify(BODY, headers)
    assert not verified_by_public_key(headers, BODY, old.public_key)


def test_without_overlap_the_old_secret_ends_at_once_and_rotating_never_prolongs_one() -> None:
    first = rotated([drawn()], NOON, timedelta(hours=1))
    assert len(rotated(first, NOON, timedelta(0))) == 1
    again = rotated(first, NOON, timedelta(hours=24))
    assert [each.until for each in again] == [None, NOON + timedelta(hours=24), NOON + timedelta(hours=1)]
    assert unpacked(packed(again)) == again


@given(st.binary(max_size=2000))
def test_whoever_holds_the_public_key_can_check_any_bytes(body: bytes) -> None:
    private = new_private_key()
    headers = signature_headers(ID, NOON, body, [], [private_key_of(private)])
    assert verified_by_public_key(headers, body, public_key_of(private))
    assert not verified_by_public_key(headers, body + b".", public_key_of(private))
    assert not verified_by_public_key(headers, body, public_key_of(new_private_key()))


@pytest.mark.parametrize("text", ["", "whsec_", "whsk_AAAA", "whsec_not base64", "whsec_AAA"])
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        secret_of(text if text != "whsec_" else "whsec")


def test_the_body_is_a_cloud_event_and_its_id_is_the_signed_one() -> None:
    credential = drawn()
    headers = signed_headers(target(credential), ID, BODY, NOON)
    event = from_structured_event(HTTPMessage(headers, BODY))
    assert event.get_id() == headers["webhook-id"] == ID
    assert event.get_type() == "tierbook.warning.raised.v1"
    assert event.get_time() == NOON
    assert event.get_subject() == "C-1"
    assert "." not in headers["webhook-id"]


def test_headers_of_the_receiver_go_along_and_replace_none_of_ours() -> None:
    made = target(drawn())
    assert signed_headers(made, ID, BODY, NOON)["x-token"] == "t"
    spoofed = Target(made.endpoint_id, made.url, {"webhook-id": "x", "content-type": "x"}, (b"k",), ())
    headers = signed_headers(spoofed, ID, BODY, NOON)
    assert (headers["webhook-id"], headers["content-type"]) == (ID, "application/cloudevents+json")


def test_what_is_printed_of_a_target_or_a_credential_opens_nothing() -> None:
    credential = drawn()
    printed = repr(target(credential)) + repr(credential) + str(credential)
    secret, private = credential.secret.removeprefix("whsec_"), credential.private_key.removeprefix("whsk_")
    assert secret not in printed
    assert private not in printed
    assert "x-token" not in printed
