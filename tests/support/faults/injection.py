"""Faults in the n-th AWS call, through botocore's own events: nothing of Moorage is replaced."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError


class Crash(BaseException):
    """The Lambda is simply gone."""


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


Send = Callable[[AWSPreparedRequest], AWSResponse]
Act = Callable[[AWSPreparedRequest, Send], AWSResponse | None]
"""What happens to one attempt of a call: an answer, or None to send it as if nothing were."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way for a call to fail; `operations` limits it to some calls ("s3." to a service's), "" to none."""

    name: str
    act: Act
    operations: tuple[str, ...] = ("",)
    attempts: int = 1_000
    """How many attempts fail before the next one goes through."""

    @property
    def passes(self) -> bool:
        """Whether the retries inside the call get over it, so that the caller notices nothing."""
        return self.attempts == 1

    def fits(self, call: str) -> bool:
        """Whether this call can fail so."""
        return call.startswith(self.operations)


def _refuse(_: AWSPreparedRequest, __: Send) -> AWSResponse:
    raise ConnectTimeoutError(endpoint_url="the test's")


def _lose_answer(request: AWSPreparedRequest, send: Send) -> AWSResponse:
    send(request).content  # noqa: B018 - read to the end: it did take effect
    raise ReadTimeoutError(endpoint_url="the test's")


def _crash_before(_: AWSPreparedRequest, __: Send) -> AWSResponse:
    raise Crash


def crash_after(request: AWSPreparedRequest, send: Send) -> AWSResponse:
    send(request).content  # noqa: B018
    raise Crash


_HEADERS: Any = {"Content-Type": "x"}


def _answers(status: int, body: str) -> Act:
    return lambda request, _: AWSResponse(request.url, status, _HEADERS, _Raw(body.encode()))


def bodiless(status: int) -> Act:
    """S3's answer to a HEAD: a status, and no body that would say why."""
    return _answers(status, "")


def s3_error(status: int, code: str) -> Act:
    """An error of S3 with this code."""
    return _answers(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>injected</Message></Error>")


class UnconditionalWriteError(BaseException):
    """A request that writes a key without its condition. No code under test catches it."""


_CONDITIONAL_CONFLICT = s3_error(409, "ConditionalRequestConflict")


def _conflict(request: AWSPreparedRequest, send: Send) -> AWSResponse | None:
    """Another request for the same key was in progress. S3 answers so to conditional writes only."""
    if not request.headers.get("If-None-Match"):
        raise UnconditionalWriteError(request.url)
    return _CONDITIONAL_CONFLICT(request, send)


def _conflict_after(request: AWSPreparedRequest, send: Send) -> AWSResponse | None:
    """The same, and the other request, which was the same one, is the one that S3 took."""
    send(request).content  # noqa: B018
    return _conflict(request, send)


def _dynamodb(status: int, code: str, **members: Any) -> Act:
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return _answers(status, json.dumps({"__type": kind, "message": "injected", **members}))


def leave_unprocessed(request: AWSPreparedRequest, _: Send) -> AWSResponse:
    """BatchGetItem under throttling: a success that has processed no key."""
    assert isinstance(request.body, str | bytes)
    asked = json.loads(request.body)["RequestItems"]
    body = json.dumps({"Responses": {table: [] for table in asked}, "UnprocessedKeys": asked})
    return AWSResponse(request.url, 200, _HEADERS, _Raw(body.encode()))


_CONFLICT = _dynamodb(
    400,
    "TransactionCanceledException",
    CancellationReasons=[{"Code": "TransactionConflict", "Message": "injected"}],
)
FAULTS = (
    Fault("never sent", _refuse),
    Fault("never sent at first", _refuse, attempts=1),
    Fault("answer lost", _lose_answer),
    Fault("answer lost at first", _lose_answer, attempts=1),
    Fault("crash before", _crash_before),
    Fault("crash after", crash_after),
    Fault("throttled", _dynamodb(400, "ThrottlingException"), ("dynamodb.",)),
    Fault("throughput exceeded", _dynamodb(400, "ProvisionedThroughputExceededException"), ("dynamodb.",)),
    Fault("internal error", _dynamodb(500, "InternalServerError"), ("dynamodb.",)),
    Fault("transaction conflict", _CONFLICT, ("dynamodb.TransactWriteItems",)),
    Fault("transaction conflict at first", _CONFLICT, ("dynamodb.TransactWriteItems",), attempts=1),
    Fault("keys unprocessed at first", leave_unprocessed, ("dynamodb.BatchGetItem",), attempts=1),
    Fault("slow down", s3_error(503, "SlowDown"), ("s3.",)),
    Fault("internal error", s3_error(500, "InternalError"), ("s3.",)),
    Fault("unavailable", s3_error(503, "ServiceUnavailable"), ("s3.",)),
    Fault("internal error inside a 200", s3_error(200, "InternalError"), ("s3.CompleteMultipartUpload",)),
    Fault("conditional request conflict", _conflict, ("s3.PutObject", "s3.CompleteMultipartUpload")),
    Fault("conflict with the same request", _conflict_after, ("s3.PutObject", "s3.CompleteMultipartUpload")),
    Fault("key disabled", s3_error(400, "KMS.DisabledException"), ("s3.",)),
    Fault("key not found", s3_error(400, "KMS.NotFoundException"), ("s3.",)),
    Fault("key denied", bodiless(403), ("s3.HeadObject",)),
)


class Injector:
    """Counts the calls of its clients and makes one of them fail."""

    def __init__(self, clients: list[Any]) -> None:
        self.calls: list[str] = []
        self._place = -1
        self._fault: Fault | None = None
        self._attempts = 0
        for client in clients:
            service = client.meta.service_model.service_name
            client.meta.events.register_first("before-call", self._count)
            client.meta.events.register_first("before-send", self._sender(client, service))

    @contextmanager
    def watching(self, place: int = -1, fault: Fault | None = None) -> Iterator[None]:
        """Count from zero, and make the call at `place` (0, 1, 2 …) fail."""
        self.calls, self._place, self._fault, self._attempts = [], place, fault, 0
        try:
            yield
        finally:
            self._fault = None

    def _count(self, model: Any, **_: Any) -> None:
        self.calls.append(f"{model.service_model.service_name}.{model.name}")

    def _sender(self, client: Any, _service: str) -> Callable[..., AWSResponse | None]:
        def before_send(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
            if self._fault is None or len(self.calls) - 1 != self._place or self._attempts >= self._fault.attempts:
                return None
            self._attempts += 1
            return self._fault.act(request, client._endpoint.http_session.send)

        return before_send
