"""Requests in every form that HTTP/1.1 allows, and what is answered to those that it does not allow."""

import hashlib
import json
import logging

import pytest

from tests.support.gateway import MAX_BODY_BYTES, Receiver, RunningGateway, read_all


def request(line: str, *headers: str, body: bytes = b"", close: bool = True) -> bytes:
    """One request as bytes."""
    lines = [f"{line} HTTP/1.1", "host: registry", *headers, *(["connection: close"] if close else [])]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status_and_body(answer: bytes) -> tuple[int, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def seen(answer: bytes) -> dict[str, object]:
    status, body = status_and_body(answer)
    assert status == 200, answer
    return json.loads(body)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a/b?x=1&y=%2F", "/a/b", "x=1&y=%2F"),
        ("http://registry/a/b?x=1", "/a/b", "x=1"),
        ("http://user@registry:4510/a%2Fb", "/a%2Fb", ""),
        ("HTTP://registry", "/", ""),
        ("https://registry?only=query", "/", "only=query"),
        ("//double/slash", "//double/slash", ""),
        ("/with/http://inside", "/with/http://inside", ""),
    ],
)
def test_a_request_line_names_a_path_or_a_whole_url(gateway: RunningGateway, target: str, path: str, query: str):
    answer = seen(gateway.exchange(request(f"POST {target}", "content-length: 0")))
    assert (answer["path"], answer["query"]) == (path, query)


@pytest.mark.parametrize("sizes", [[5], [1, 2, 3], [70_000] * 20, [1] * 500])
def test_a_body_in_chunks_is_one_body(gateway: RunningGateway, sizes: list[int]):
    pieces = [bytes([place % 256]) * size for place, size in enumerate(sizes)]
    encoded = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
    answer = seen(gateway.exchange(request("PUT /", "transfer-encoding: chunked", body=encoded)))
    assert answer["sha256"] == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_requests_that_are_sent_at_once_are_answered_in_order(gateway: RunningGateway):
    several = b"".join(
        request(f"POST /{place}", "content-length: 3", body=b"abc", close=place == 9) for place in range(10)
    )
    answers = gateway.exchange(several)
    assert [f'"/{place}"'.encode() in answers for place in range(10)] == [True] * 10
    assert answers.index(b'"/3"') < answers.index(b'"/4"')


@pytest.mark.parametrize("path", ["/", "/stream", "/nowhere"])
def test_head_is_answered_without_a_body(gateway: RunningGateway, path: str):
    with gateway.connect() as client:
        client.sendall(request(f"HEAD {path}", close=False) + request("POST /after", "content-length: 0"))
        answers = read_all(client)
    first, _, second = answers.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 404" if path == "/nowhere" else b"HTTP/1.1 200")
    assert second.startswith(b"HTTP/1.1 200"), "the next answer follows the head at once"


def test_a_streamed_answer_comes_in_chunks(gateway: RunningGateway):
    answer = gateway.exchange(request("GET /stream"))
    assert b"transfer-encoding: chunked" in answer.lower()
    assert status_and_body(answer)[1] == b"4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"


def test_a_streamed_answer_that_is_interrupted_never_looks_complete(gateway: RunningGateway, caplog):
    with caplog.at_level(logging.CRITICAL + 1), gateway.connect() as client:
        client.sendall(request("GET /broken"))
        try:
            received = read_all(client)
        except ConnectionResetError:
            received = b""
    assert b"0\r\n\r\n" not in received


@pytest.mark.parametrize("path", ["/", "/nowhere", "/refused"])
def test_a_client_that_waits_for_100_continue_gets_it_only_if_its_body_is_wanted(gateway: RunningGateway, path: str):
    head = request(f"PUT {path}", "content-length: 5", "expect: 100-continue")
    with gateway.connect() as client:
        client.sendall(head)
        first = client.recv(1000)
        if path != "/":
            assert first.startswith((b"HTTP/1.1 401", b"HTTP/1.1 404"))
            return
        assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert seen(read_all(client))["size"] == 5


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([f"content-length: {MAX_BODY_BYTES + 1}"], b""),
        (["transfer-encoding: chunked"], b"3e8000\r\n" + bytes(4_096_000) + b"\r\n0\r\n\r\n"),
        ([f"content-length: {10**30}"], b""),
    ],
)
def test_a_body_that_is_too_long_is_refused(gateway: RunningGateway, receiver: Receiver, headers, body: bytes):
    with gateway.connect() as client:
        client.sendall(request("PUT /", *headers) + body)
        assert status_and_body(client.recv(1000))[0] in (400, 413)
    assert receiver.received == []


@pytest.mark.parametrize(
    "unreadable",
    [
        request("PUT /", "content-length: -1"),
        request("PUT /", "content-length: five"),
        request("PUT /", "content-length: 3", "content-length: 4", body=b"abcd"),
        request("PUT /", "content-length: 3", "transfer-encoding: chunked", body=b"0\r\n\r\n"),
        request("PUT /", "transfer-encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n"),
        b"PUT / HTTP/9.9\r\nhost: a\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_a_length_or_a_line_that_makes_no_sense_is_refused_quietly(
    gateway: RunningGateway, receiver: Receiver, unreadable: bytes, caplog: pytest.LogCaptureFixture
):
    status, _ = status_and_body(gateway.exchange(unreadable))
    assert status == 400
    assert receiver.received == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "huge",
    [
        request("GET /" + "a" * 100_000),
        request("GET /", "x-large: " + "b" * 100_000),
        request("GET /", f"{'c' * 100_000}: d"),
        request("GET /", *(f"x-{place}: e" for place in range(1000))),
    ],
)
def test_huge_headers_are_refused(gateway: RunningGateway, receiver: Receiver, huge: bytes):
    with gateway.connect() as client:
        client.sendall(huge)
        assert status_and_body(client.recv(1000))[0] in (400, 431)
    assert receiver.received == []


def test_the_answer_names_no_software_and_no_version(gateway: RunningGateway):
    for sent in (request("GET /"), b"nonsense\r\n\r\n"):
        assert b"aiohttp" not in gateway.exchange(sent).lower()
