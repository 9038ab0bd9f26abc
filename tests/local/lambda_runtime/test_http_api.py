"""The local HTTP API by itself, with stub functions."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from moorage_local.lambda_runtime.functions import Function
from moorage_local.lambda_runtime.http_api import MAX_BODY_BYTES, HttpApi
from moorage_local.lambda_runtime.routes import Route

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
    """Send one request through the ASGI application."""

    def send(method: str, path: str, *, healthy: bool = True, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            functions = {name: Function(name, function) for name in ("api", "things")}
            http_api = HttpApi(functions, lambda: healthy, ROUTES)
            transport = httpx.ASGITransport(http_api, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4510") as client:
                answer = await client.request(method, path, **options)
            http_api.close()
            return answer

        return asyncio.run(once())

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
    assert function.event["body"] == body.decode()


def test_a_body_that_declares_too_much_is_refused_unread(request_, function):
    answer = request_("POST", "/", content=b"", headers={"content-length": str(MAX_BODY_BYTES + 1)})
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})
    assert function.event == {}


def test_a_body_that_turns_out_too_large_is_refused(request_, function):
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1_000_000)

    assert request_("POST", "/", content=endless()).status_code == 413
    assert function.event == {}


def test_a_client_that_goes_away_before_the_end_of_its_body_calls_no_function(function):
    async def once() -> list[Any]:
        http_api = HttpApi({"api": Function("api", function)}, lambda: True, ROUTES)
        arriving = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
        sent: list[Any] = []

        async def receive() -> Any:
            return next(arriving)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "raw_path": b"/", "headers": []}
        await http_api(scope, receive, send)
        return sent

    assert asyncio.run(once()) == []
    assert function.event == {}


def test_health_says_when_an_engine_has_stopped(request_):
    assert request_("GET", "/healthz").status_code == 200
    assert request_("GET", "/healthz", healthy=False).status_code == 503
