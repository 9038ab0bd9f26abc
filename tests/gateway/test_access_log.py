"""The access log: a line for each request, with nothing in it that a client could forge."""

import logging
import time

import httpx
import pytest

from tests.support.gateway import RunningGateway


def access(caplog: pytest.LogCaptureFixture, count: int = 1) -> list[str]:
    """The lines, as soon as there are `count`: a line is written after its answer was sent."""
    deadline = time.monotonic() + 30
    while True:
        lines = [record.getMessage() for record in caplog.records if record.name == "moorage.access"]
        if len(lines) >= count or time.monotonic() > deadline:
            return lines
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="moorage.access")


def test_a_line_names_the_operation_the_answer_and_the_bytes_both_ways(gateway: RunningGateway, caplog):
    headers = {"x-amz-target": "AmazonEC2ContainerRegistry_V20150921.PutImage", "user-agent": "test/1"}
    answer = httpx.post(f"{gateway.url}/a?b=c", content=b"12345", headers=headers, trust_env=False)
    (line,) = access(caplog)
    assert line.startswith('127.0.0.1 "POST /a?b=c HTTP/1.1" 200 in=5 ')
    assert len(answer.content) < int(line.partition("out=")[2].split()[0]) < len(answer.content) + 1000
    assert ' PutImage agent="test/1"' in line


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 404),
        (b"GET /refused HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 401),
        (b"nonsense\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab", 408),
    ],
)
def test_refused_requests_have_a_line_too(gateway: RunningGateway, caplog, sent: bytes, status: int):
    with gateway.connect() as client:
        client.sendall(sent)
        client.recv(1000)
    gateway.exchange(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert any(f'" {status} ' in line for line in access(caplog, 2))


@pytest.mark.parametrize("agent", ["two\x1b[31mcolours", 'a" 200 in=0', "ümlaut", "back\\slash"])
def test_what_a_client_sends_stays_one_field_of_one_line(gateway: RunningGateway, caplog, agent: str):
    request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nuser-agent: " + agent.encode() + b"\r\n\r\n"
    gateway.exchange(request)
    (line,) = access(caplog)
    assert line.isascii()
    assert line.isprintable()
    assert line.count('"') == 4
