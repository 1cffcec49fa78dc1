"""One POST, on real sockets: to whom, for how long, and how much of the answer is read."""

import asyncio
import gc
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.clock import ManualClock, SystemClock
from app.webhooks.addresses import Address, Allowed
from app.webhooks.answer import KEPT, Answer
from app.webhooks.guard import AddressGuard
from app.webhooks.sender import Sender
from app.webhooks.targets import Target
from tests.service import NOON
from tests.webhooks.forbidden import EVERY
from tests.webhooks.receiver import OK, Receiver, answers, receiving, status

pytestmark = pytest.mark.enable_socket

LIMIT_S = 0.4
"""For what is to take too long; whatever else the machine does, the others have time."""

BODY = b'{"specversion":"1.0"}'
ENDPOINT = uuid4()
PUBLIC = "93.184.216.34"
LOCAL = Allowed.read("127.0.0.0/8")
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no certificate."""


class Dialled(httpcore2.AsyncNetworkBackend):
    """Counts what is dialled, and leads every address to a receiver here; to none where it has no port."""

    def __init__(self, port: int | None = None) -> None:
        self.addresses: list[str] = []
        self._port = port

    async def connect_tcp(
        self,
        host: str,
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        self.addresses.append(host)
        if self._port is None:
            raise httpcore2.ConnectError("nobody is there")
        return await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", self._port, timeout)


def resolving(*answers: list[str]) -> Any:
    """Resolves a name to these, one after the other; the last stays."""
    waiting = list(answers)

    async def resolve(_: str) -> list[Address]:
        return [ip_address(each) for each in (waiting.pop(0) if len(waiting) > 1 else waiting[0])]

    return resolve


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    """Sends to 127.0.0.1 alone."""
    made = Sender(AddressGuard(LOCAL, resolving([])), SystemClock(), trust=NOBODY)
    yield made
    await made.aclose()


@pytest.fixture
async def hurried() -> AsyncIterator[Sender]:
    """The same, with little patience."""
    made = Sender(AddressGuard(LOCAL, resolving([])), SystemClock(), limit_s=LIMIT_S, trust=NOBODY)
    yield made
    await made.aclose()


def target(url: str, endpoint_id: UUID = ENDPOINT) -> Target:
    return Target(endpoint_id, url, {}, (b"secret",), ())


async def sent(sender: Sender, port: int, path: str = "/hook") -> Answer:
    return await sender.send(target(f"http://127.0.0.1:{port}{path}"), BODY, {"webhook-id": "evt_1"})


async def test_a_body_arrives_as_it_is_with_its_headers_and_the_answer_comes_back(sender: Sender) -> None:
    async with receiving(answers(OK)) as receiver:
        answer = await sent(sender, receiver.port, "/hook?a=%E4")
    assert (answer.status, answer.error, answer.response, answer.is_delivered) == (200, None, b"ok", True)
    [request] = receiver.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=%E4 HTTP/1.1"
    assert {line.lower() for line in lines[1:]} == {
        f"host: 127.0.0.1:{receiver.port}",
        "webhook-id: evt_1",
        f"content-length: {len(BODY)}",
    }
    assert body == BODY


@pytest.mark.parametrize("code", [400, 404, 410, 429, 500, 503])
async def test_a_refusal_is_an_answer_that_says_so(sender: Sender, code: int) -> None:
    async with receiving(answers(status(code, "Retry-After: 30", body=b"no"))) as receiver:
        answer = await sent(sender, receiver.port)
    assert answer == Answer(code, None, answer.took_ms, b"no", 30)
    assert not answer.is_delivered


async def test_a_retry_after_may_be_a_date_by_our_clock() -> None:
    later = (NOON + timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    sender = Sender(AddressGuard(LOCAL, resolving([])), ManualClock(NOON))
    async with receiving(answers(status(503, f"Retry-After: {later}"))) as receiver:
        assert (await sent(sender, receiver.port)).retry_after == 120
    await sender.aclose()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(sender: Sender, code: int) -> None:
    async with receiving(answers(OK)) as elsewhere:
        located = f"Location: http://127.0.0.1:{elsewhere.port}/"
        async with receiving(answers(status(code, located))) as receiver:
            answer = await sent(sender, receiver.port)
    assert (answer.status, answer.error, answer.is_delivered) == (code, "redirect", False)
    assert elsewhere.connections == 0
    assert len(receiver.requests) == 1


async def hangs(_: Receiver, __: asyncio.StreamReader, ___: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(LIMIT_S / 4)


async def drips_headers(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: 1\r\n")
        await writer.drain()
        await asyncio.sleep(LIMIT_S / 4)


async def goes_on_continuing(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("slow", [hangs, drips, drips_headers, goes_on_continuing])
async def test_one_limit_of_the_clock_holds_for_all_of_it(hurried: Sender, slow: Any) -> None:
    async with receiving(slow) as receiver:
        begun = perf_counter()
        answer = await sent(hurried, receiver.port)
        took = perf_counter() - begun
        assert answer.error == "timeout"
        assert not answer.is_delivered
        assert LIMIT_S <= took < LIMIT_S + 10
        assert answer.took_ms >= LIMIT_S * 1000


async def test_a_receiver_that_takes_the_body_slowly_is_cut_too(hurried: Sender) -> None:
    """More than the buffers of both systems hold, to one who reads nothing."""
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen()
    with deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        answer = await hurried.send(target(url), b"." * 20_000_000, {})
    assert (answer.status, answer.error) == (None, "timeout")


async def floods(receiver: Receiver, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ten gigabytes, if anybody reads them."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    piece = b"x" * 65_536
    while receiver.sent < 10_000_000_000:
        writer.write(piece)
        await writer.drain()
        receiver.sent += len(piece)


async def test_of_ten_gigabytes_sixteen_kilobytes_are_read(sender: Sender) -> None:
    async with receiving(floods) as receiver:
        await sent(sender, receiver.port)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            answer = await sent(sender, receiver.port)
            assert (answer.status, answer.error) == (200, None)
            assert answer.response == b"x" * KEPT
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert receiver.sent < 21 * 16_000_000  # what the system's buffers take, and no more
        assert grown < 500_000


async def test_chunks_without_an_end_are_cut_at_the_same_place(sender: Sender) -> None:
    async def endless(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)

    async with receiving(endless) as receiver:
        answer = await sent(sender, receiver.port)
    assert (answer.status, answer.error, len(answer.response)) == (200, None, KEPT)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000, "protocol"),
        (b"", "protocol"),
    ],
)
async def test_what_is_no_answer_says_so(sender: Sender, raw: bytes, fault: str) -> None:
    async with receiving(answers(raw, close=True)) as receiver:
        answer = await sent(sender, receiver.port)
    assert answer.error == fault


async def test_a_connection_that_breaks_says_so(sender: Sender) -> None:
    async def breaks(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        writer.transport.abort()

    async with receiving(breaks) as receiver:
        assert (await sent(sender, receiver.port)).error == "lost"


async def test_nobody_there_says_so(sender: Sender) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = await sent(sender, free.getsockname()[1])
    assert (answer.status, answer.error) == (None, "refused")


async def test_a_name_without_an_address_says_so(sender: Sender) -> None:
    assert (await sender.send(target("https://crm.test/"), BODY, {})).error == "dns"


@pytest.mark.parametrize("url", EVERY)
async def test_what_is_forbidden_is_not_dialled(url: str) -> None:
    dialled = Dialled()
    for answer in (["127.0.0.1"], ["169.254.169.254"], [PUBLIC, "10.0.0.1"]):
        sender = Sender(AddressGuard(Allowed(), resolving(answer)), SystemClock(), trust=NOBODY, dial=dialled)
        assert (await sender.send(target(url), BODY, {})).error == "address_forbidden"
        await sender.aclose()
    assert dialled.addresses == []


async def test_a_name_that_rebinds_is_dialled_at_what_was_vetted_or_not_at_all() -> None:
    """It is public when it is registered, when it is sent to first, and the metadata service ever after."""
    guard = AddressGuard(Allowed(), resolving([PUBLIC], ["169.254.169.254"]))
    dialled = Dialled()
    sender = Sender(guard, SystemClock(), trust=NOBODY, dial=dialled)
    errors = [(await sender.send(target("https://crm.test/"), BODY, {})).error for _ in range(3)]
    await sender.aclose()
    assert errors == ["refused", "address_forbidden", "address_forbidden"]
    assert dialled.addresses == [PUBLIC]


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    dialled = Dialled()
    guard = AddressGuard(Allowed(), resolving(["2606:4700::1111", PUBLIC]))
    sender = Sender(guard, SystemClock(), trust=NOBODY, dial=dialled)
    assert (await sender.send(target("https://crm.test/"), BODY, {})).error == "refused"
    await sender.aclose()
    assert dialled.addresses == ["2606:4700::1111", PUBLIC]


async def test_a_proxy_in_the_environment_is_not_asked(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(answers(status(418))) as proxy, receiving(answers(OK)) as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        made = Sender(AddressGuard(LOCAL, resolving([])), SystemClock())
        assert (await sent(made, receiver.port)).status == 200
        await made.aclose()
    assert proxy.connections == 0


async def test_a_connection_is_kept_for_the_next_event_of_the_same_receiver(sender: Sender) -> None:
    async with receiving(answers(OK)) as receiver:
        for _ in range(5):
            assert (await sent(sender, receiver.port)).is_delivered
        assert receiver.connections == 1
        url = f"http://127.0.0.1:{receiver.port}/hook"
        assert (await sender.send(target(url, uuid4()), BODY, {})).is_delivered
        assert receiver.connections == 2


async def test_connections_of_a_receiver_that_moved_or_rested_are_closed() -> None:
    clock = ManualClock(NOON)
    sender = Sender(AddressGuard(LOCAL, resolving([])), clock)
    closed = asyncio.Event()

    async def watched(_: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        if await reader.read(1) == b"":
            closed.set()
            writer.close()

    async with receiving(watched) as old, receiving(answers(OK)) as new:
        await sent(sender, old.port)
        await sent(sender, new.port)
        async with asyncio.timeout(5):
            await closed.wait()
        closed.clear()
        await sender.send(target(f"http://127.0.0.1:{old.port}/", uuid4()), BODY, {})
        clock.advance(timedelta(seconds=10))
        await sent(sender, new.port)
        async with asyncio.timeout(5):
            await closed.wait()
    await sender.aclose()


async def test_the_next_event_of_a_receiver_costs_no_handshake(tls: "Tls") -> None:
    async with receiving(answers(OK), tls.server) as receiver:
        sender = tls.sender(receiver.port)
        for _ in range(20):
            assert (await sender.send(target("https://crm.test/"), BODY, {})).is_delivered
        await sender.aclose()
    assert (len(receiver.requests), receiver.connections, tls.names) == (20, 1, ["crm.test"])


class Tls:
    """A receiver's certificate for crm.test, and who trusts it."""

    def __init__(self, folder: Path, name: str = "crm.test") -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = x509.CertificateBuilder(
            called, called, key.public_key(), x509.random_serial_number(), NOON - timedelta(1), NOON + timedelta(9999)
        )
        named = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        signed = named.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        file = folder / "receiver.pem"
        pem = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        certificate = signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *pem) + certificate)
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.load_cert_chain(file)
        self.names: list[str | None] = []
        self.server.sni_callback = lambda _, name, __: self.names.append(name)
        self.trust = ssl.create_default_context(cafile=str(file))

    def sender(self, port: int, *, trusts: bool = True) -> Sender:
        trust = self.trust if trusts else NOBODY
        guard = AddressGuard(Allowed(), resolving([PUBLIC]))
        return Sender(guard, SystemClock(), trust=trust, dial=Dialled(port))


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


async def test_tls_and_host_go_by_the_name_although_an_address_was_dialled(tls: Tls) -> None:
    async with receiving(answers(OK), tls.server) as receiver:
        sender = tls.sender(receiver.port)
        answer = await sender.send(target("https://crm.test/hook"), BODY, {})
        await sender.aclose()
    assert answer.is_delivered
    assert tls.names == ["crm.test"]
    assert b"\r\nHost: crm.test\r\n" in receiver.requests[0]


@pytest.mark.parametrize(("url", "trusts"), [("https://other.test/", True), ("https://crm.test/", False)])
async def test_a_certificate_of_another_name_or_of_nobody_is_not_taken(tls: Tls, url: str, trusts: bool) -> None:  # noqa: FBT001
    async with receiving(answers(OK), tls.server) as receiver:
        sender = tls.sender(receiver.port, trusts=trusts)
        answer = await sender.send(target(url), BODY, {})
        await sender.aclose()
    assert (answer.status, answer.error) == (None, "tls")
    assert receiver.requests == []


async def test_who_speaks_no_tls_is_not_taken(tls: Tls) -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    sender = tls.sender(server.sockets[0].getsockname()[1])
    answer = await sender.send(target("https://crm.test/"), BODY, {})
    await sender.aclose()
    server.close()
    await server.wait_closed()
    assert (answer.status, answer.error) == (None, "tls")
