"""A gateway in front of another: what passes through, and what is said if nothing answers behind it."""

import hashlib
import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from moorage_client.endpoint import EndpointError
from moorage_gateway import backend as backends
from moorage_gateway.blobs.front import front_of
from moorage_gateway.exchange import Answer, IncomingRequest
from moorage_gateway.forward import MAX_BODY_BYTES

from tests.support.gateway import RunningGateway, running_gateway

LENGTHS = {
    "/manifest": {"content-length": "1500"},
    "/counted": {"content-length": "0", "moorage-content-length": "50000000000"},
    "/empty": {"content-length": "0", "moorage-content-length": "0"},
}
"""What the backend answers to HEAD."""


class Backend:
    """Answers its requests' headers and body, under the names that API Gateway gives to some headers."""

    def __init__(self) -> None:
        self.requests: list[IncomingRequest] = []

    def matches(self, _method: str, _path: str) -> bool:
        return True

    async def answer(self, request: IncomingRequest) -> Answer:
        self.requests.append(request)
        with await request.body.hold(MAX_BODY_BYTES) as held:
            body = bytes(held.load())
        if request.path == "/v2/":
            return Answer(401, [("x-amzn-remapped-www-authenticate", 'Bearer realm="x"'), ("x-one", "1")], b"no")
        if request.method == "HEAD":
            return Answer(200, list(LENGTHS[request.path].items()), b"")
        seen = {"path": request.path, "query": request.query, "sha256": hashlib.sha256(body).hexdigest()}
        return Answer(200, [("content-type", "application/json")], json.dumps(seen).encode())


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def front(backend: Backend) -> Iterator[RunningGateway]:
    with running_gateway([backend]) as behind:
        route = front_of(behind.url)
        with running_gateway(route.routes, at_end=route.close) as running:
            yield running


@pytest.mark.parametrize("target", ["/", "/a%2Fb/c?x=%20&y", "/direct-uploads/1/parts?nextToken=a%3D%3D"])
@pytest.mark.parametrize("size_bytes", [0, 5, 3_000_000])
def test_path_query_and_body_arrive_as_they_were_sent(front: RunningGateway, target: str, size_bytes: int):
    body = b"x" * size_bytes
    seen = httpx.post(f"{front.url}{target}", content=body, trust_env=False).json()
    assert seen["path"] + (f"?{seen['query']}" if seen["query"] else "") == target
    assert seen["sha256"] == hashlib.sha256(body).hexdigest()


def test_headers_pass_except_those_of_one_connection(front: RunningGateway, backend: Backend):
    sent = {"x-amz-target": "A.B", "content-type": "application/x-amz-json-1.1", "te": "trailers", "x-own": "2"}
    httpx.post(front.url, headers=sent, content=b"{}", trust_env=False)
    (request,) = backend.requests
    assert (request.header("x-amz-target"), request.header("x-own"), request.header("te")) == ("A.B", "2", "")
    assert request.header("host") != front.url.removeprefix("http://")


def test_a_challenge_gets_its_own_name_back(front: RunningGateway):
    answer = httpx.get(f"{front.url}/v2/", trust_env=False)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="x"')
    assert (answer.headers["x-one"], answer.content) == ("1", b"no")


@pytest.mark.parametrize(
    ("path", "length"),
    [
        pytest.param("/manifest", "1500", id="as the backend says it"),
        pytest.param("/counted", "50000000000", id="where API Gateway has counted the bytes of the answer"),
        pytest.param("/empty", "0", id="of an empty blob"),
    ],
)
def test_head_passes_with_the_length_of_what_it_describes(
    front: RunningGateway, backend: Backend, path: str, length: str
):
    answer = httpx.head(f"{front.url}{path}", trust_env=False)
    assert (answer.status_code, answer.headers.get_list("content-length")) == (200, [length])
    assert "moorage-content-length" not in answer.headers
    assert [request.method for request in backend.requests] == ["HEAD"]


def test_a_body_above_api_gateways_limit_is_refused_unsent(front: RunningGateway, backend: Backend):
    answer = httpx.post(front.url, content=bytes(MAX_BODY_BYTES + 1), trust_env=False)
    assert answer.status_code == 413
    assert backend.requests == []


def test_a_backend_that_is_not_there_is_a_502_that_names_it():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    route = front_of(endpoint)
    with running_gateway(route.routes, at_end=route.close) as front:
        answer = httpx.post(front.url, content=b"{}", trust_env=False)
    assert answer.status_code == 502
    assert endpoint in answer.json()["message"]


def test_a_backend_that_does_not_answer_is_a_504(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backends, "TIMEOUT", backends.aiohttp.ClientTimeout(total=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        route = front_of(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with running_gateway(route.routes, at_end=route.close) as front:
            assert httpx.post(front.url, content=b"{}", trust_env=False).status_code == 504


@pytest.mark.parametrize("path", ["/", "/direct-uploads", "/v2/a/blobs/uploads/"])
def test_every_request_is_signed_for_api_gateway(monkeypatch: pytest.MonkeyPatch, backend: Backend, path: str):
    for name, value in {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(backends, "is_loopback", lambda _endpoint: False)
    with running_gateway([backend]) as behind:
        route = front_of(behind.url)
        with running_gateway(route.routes, at_end=route.close) as front:
            httpx.post(f"{front.url}{path}", content=b"{}", headers={"authorization": "Bearer t"}, trust_env=False)
    authorization = backend.requests[0].header("authorization")
    assert authorization.startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-west-1/execute-api/aws4_request" in authorization


@pytest.mark.parametrize("endpoint", ["registry.example", "ftp://registry", "http://", "http://a/path"])
def test_an_endpoint_that_is_none_is_named(endpoint: str):
    with pytest.raises(EndpointError):
        front_of(endpoint)
