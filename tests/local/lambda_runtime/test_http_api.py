"""The local HTTP API by itself, with stub functions."""

import base64
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from moorage_local.lambda_runtime.functions import Function
from moorage_local.lambda_runtime.http_api import MAX_BODY_BYTES, HttpApi
from moorage_local.lambda_runtime.routes import Route

from tests.support.gateway import running_gateway

ROUTES = (Route("POST /", "api"), Route("ANY /things/{proxy+}", "things"), Route("GET /absent", "absent"))


class Recorder:
    """A function that remembers its event and answers what it was told to."""

    def __init__(self) -> None:
        self.event: dict[str, Any] = {}
        self.answer: Any = {"statusCode": 200, "body": "done"}

    def __call__(self, event: Any, context: Any) -> Any:
        self.event = event
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def function() -> Recorder:
    return Recorder()


@pytest.fixture
def request_(function: Recorder) -> Callable[..., httpx.Response]:
    """Send one request to a gateway with this API."""

    def send(method: str, path: str, *, healthy: bool = True, **options: Any) -> httpx.Response:
        http_api = HttpApi({name: Function(name, function) for name in ("api", "things")}, lambda: healthy, ROUTES)
        with running_gateway([http_api]) as gateway, httpx.Client(base_url=gateway.url, trust_env=False) as client:
            answer = client.request(method, path, **options)
        http_api.close()
        return answer

    return send


def test_a_request_reaches_the_function_of_its_route(request_, function):
    request_("POST", "/", content="{}", headers={"X-Amz-Target": "Some.Operation"})
    assert function.event["routeKey"] == "POST /"
    assert function.event["headers"]["x-amz-target"] == "Some.Operation"


def test_a_greedy_route_hands_over_the_rest_of_the_path(request_, function):
    request_("PUT", "/things/a%2Fb/c?x=1", content=b"z")
    assert function.event["routeKey"] == "ANY /things/{proxy+}"
    assert function.event["rawPath"] == "/things/a%2Fb/c"
    assert function.event["pathParameters"] == {"proxy": "a%2Fb/c"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("POST", "/elsewhere"), ("GET", "/absent"), ("PUT", "/things/")]
)
def test_a_request_without_a_route_or_a_function_is_not_found(request_, method, path):
    answer = request_(method, path)
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_status_headers_and_body_are_the_functions(request_, function):
    function.answer = {"statusCode": 503, "headers": {"X-One": "1", "Content-Type": "application/x"}, "body": "ä"}
    answer = request_("POST", "/")
    assert (answer.status_code, answer.headers["x-one"], answer.headers["content-type"]) == (503, "1", "application/x")
    assert answer.content == "ä".encode()
    assert answer.headers["content-length"] == "2"


def test_a_base64_answer_is_sent_as_bytes(request_, function):
    function.answer = {"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}
    assert request_("POST", "/").content == b"\x00\xff"


def test_an_answer_without_a_status_is_the_body(request_, function):
    function.answer = {"fine": True}
    answer = request_("POST", "/")
    assert (answer.status_code, answer.json()) == (200, {"fine": True})


@pytest.mark.parametrize(
    "broken", [ValueError("a secret"), {"statusCode": "no number"}, {"statusCode": 200, "body": 5}]
)
def test_a_function_that_fails_is_a_500_without_details(request_, function, caplog, broken):
    function.answer = broken
    with caplog.at_level(logging.CRITICAL + 1):
        answer = request_("POST", "/")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_body_of_28_megabytes_is_handed_over_as_it_is(request_, function):
    body = b"x" * 28_000_000
    assert request_("POST", "/", content=body, headers={"content-type": "application/json"}).status_code == 200
    assert function.event["body"] == body


def test_a_body_that_declares_too_much_is_refused_unread(function):
    http_api = HttpApi({"api": Function("api", function)}, lambda: True, ROUTES)
    head = f"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {MAX_BODY_BYTES + 1}\r\n\r\n".encode()
    with running_gateway([http_api]) as gateway, gateway.connect() as client:
        client.sendall(head)
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert function.event == {}


def test_a_body_that_turns_out_too_large_is_refused(request_, function):
    def too_long() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1_000_000 + 1):
            yield bytes(1_000_000)

    assert request_("POST", "/", content=too_long()).status_code == 413
    assert function.event == {}


def test_a_client_that_goes_away_before_the_end_of_its_body_calls_no_function(function):
    http_api = HttpApi({"api": Function("api", function)}, lambda: True, ROUTES)
    with running_gateway([http_api]) as gateway:
        with gateway.connect() as client:
            client.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{")
        assert httpx.get(f"{gateway.url}/healthz", trust_env=False).status_code == 200
    assert function.event == {}


def test_health_says_when_an_engine_has_stopped(request_):
    assert request_("GET", "/healthz").status_code == 200
    assert request_("GET", "/healthz", healthy=False).status_code == 503
