"""Clients that stop, crawl, leave or speak TLS: nobody else notices, and nothing is printed."""

import gc
import hashlib
import logging
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from moorage_gateway.held_bytes import BodyMemory

from tests.support.gateway import STALL_SECONDS, Receiver, RunningGateway, read_all, running_gateway

BODY = b"x" * 1_000_000
HEAD = f"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: {len(BODY)}\r\n\r\n".encode()
CHUNKED_HEAD = b"PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail if a warning or an error was logged."""
    yield
    gc.collect()  # asyncio reports exceptions that nobody fetched when their tasks are deleted
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def answers(gateway: RunningGateway) -> bool:
    answer = httpx.put(gateway.url, content=BODY, trust_env=False, timeout=20)
    return answer.json()["sha256"] == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    "beginning",
    [
        HEAD,
        HEAD + BODY[:1],
        HEAD + BODY[:-1],
        CHUNKED_HEAD,
        CHUNKED_HEAD + b"f4240\r\n" + BODY[:1000],
        b"PUT / HTTP/1.1\r\nhos",
        b"",
    ],
)
def test_clients_that_stop_block_nobody(gateway: RunningGateway, receiver: Receiver, quiet, beginning: bytes):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(gateway.connect()).sendall(beginning)
        assert answers(gateway)
    assert receiver.received == ["/"]


@pytest.mark.parametrize("beginning", [HEAD, HEAD + BODY[:1], CHUNKED_HEAD + b"5\r\nhello\r\n"])
def test_a_body_that_stops_is_answered_408(gateway: RunningGateway, receiver: Receiver, quiet, beginning: bytes):
    with gateway.connect() as client:
        client.sendall(beginning)
        assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert receiver.received == []


@pytest.mark.parametrize("pieces", [3, 7, 12])
def test_a_slow_body_is_received_however_long_it_takes(gateway: RunningGateway, quiet, pieces: int):
    """Each pause is shorter than the limit; all together are longer."""
    with gateway.connect() as client:
        client.sendall(HEAD.replace(b"host", b"connection: close\r\nhost"))
        for place in range(pieces):
            time.sleep(STALL_SECONDS * 3 / pieces / 2)
            client.sendall(BODY[place * len(BODY) // pieces : (place + 1) * len(BODY) // pieces])
        assert hashlib.sha256(BODY).hexdigest().encode() in read_all(client)


@pytest.mark.parametrize("sent", [HEAD, HEAD + BODY[:500_000], CHUNKED_HEAD + b"f4240\r\n" + BODY[:7], b"PU", b""])
@pytest.mark.parametrize("how", ["closed", "reset", "half-closed"])
def test_a_client_that_leaves_calls_nothing_and_prints_nothing(
    gateway: RunningGateway, receiver: Receiver, quiet, sent: bytes, how: str
):
    with gateway.connect() as client:
        client.sendall(sent)
        if how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how == "half-closed":
            client.shutdown(socket.SHUT_WR)
            read_all(client)
    assert answers(gateway)
    assert receiver.received == ["/"], "nothing but the complete request"


@pytest.mark.parametrize("path", ["/", "/stream", "/nowhere"])
def test_a_client_that_leaves_before_its_answer_prints_nothing(gateway: RunningGateway, quiet, path: str):
    for _ in range(5):
        with gateway.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(f"GET {path} HTTP/1.1\r\nhost: a\r\n\r\n".encode())
    assert answers(gateway)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_tls_hello_on_the_plain_port_ends_the_connection(gateway: RunningGateway, quiet, version: ssl.TLSVersion):
    context = ssl.create_default_context()
    context.minimum_version = context.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionError)), gateway.connect() as client:
        context.wrap_socket(client, server_hostname="registry")
    assert answers(gateway)


def test_a_tls_hello_gets_no_bytes_at_all(gateway: RunningGateway, quiet):
    assert gateway.exchange(b"\x16\x03\x01\x02\x00\x01\x00") == b""


@pytest.mark.parametrize("sent_bytes", [0, 500_000, 999_999])
def test_stopped_bodies_use_no_more_memory_than_there_is(receiver: Receiver, quiet, sent_bytes: int):
    memory = BodyMemory(limit_bytes=2_000_000)
    with running_gateway([receiver], memory=memory, stall_seconds=STALL_SECONDS) as gateway, ExitStack() as stack:
        clients = [stack.enter_context(gateway.connect()) for _ in range(20)]
        for client in clients:
            client.sendall(HEAD + BODY[:sent_bytes])
        assert answers(gateway)
        assert memory.free_bytes >= 0
        for client in clients:
            assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert memory.free_bytes == 2_000_000, "everything was given back"


def test_a_body_that_waited_in_a_file_arrives_byte_for_byte(receiver: Receiver, quiet):
    body = bytes(range(256)) * 12_000
    with running_gateway([receiver], memory=BodyMemory(limit_bytes=700_000)) as gateway:
        answer = httpx.put(gateway.url, content=body, trust_env=False)
    assert answer.json()["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_stop_refuses_bodies_that_are_still_arriving(receiver: Receiver, quiet):
    with ExitStack() as stack:
        with running_gateway([receiver]) as gateway:
            client = stack.enter_context(gateway.connect())
            client.sendall(HEAD + BODY[:1000])
            assert answers(gateway)
        assert read_all(client).startswith(b"HTTP/1.1 503 ")
    assert receiver.received == ["/"]
