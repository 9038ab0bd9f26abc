"""Every file in events/ through the built functions under the real runtime client: each is answered as promised."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from moorage_local.engines import loopback
from moorage_local.stack.stack import Stack

from tests.support.ecr.events import EVENTS, LAYER, PROMISES, REPOSITORY, upload_of
from tests.support.ecr.registry import Registry
from tests.support.lambda_build import Build
from tests.support.rie import LambdaRuntime, function_for, of_function

FAILING_S3 = {
    "complete_layer_upload_server": (503, "SlowDown"),
    "complete_layer_upload_kms": (400, "KMS.DisabledException"),
}
"""What S3 answers where an event's name promises an error that is not the request's fault."""


@pytest.fixture(scope="module")
def registry(module_stack: Stack) -> Registry:
    """Sets the stage: the function in this process, on the same table and bucket."""
    return Registry()


@pytest.fixture(scope="module")
def ecr_api(module_stack: Stack, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaRuntime]:
    log = tmp_path_factory.mktemp("events") / "log"
    with of_function(build, "EcrApiFunction", module_stack.variables, log) as runtime:
        yield runtime


@pytest.fixture(autouse=True)
def nothing_but_one_repository(registry: Registry) -> None:
    for page in registry.ecr.get_paginator("describe_repositories").paginate():
        for one in page["repositories"]:
            registry.ecr.delete_repository(repositoryName=one["repositoryName"], force=True)
    registry.ecr.create_repository(repositoryName=REPOSITORY)


@pytest.mark.parametrize("name", sorted(set(PROMISES) - set(FAILING_S3)))
def test_an_event_is_answered_as_its_name_promises(ecr_api: LambdaRuntime, registry: Registry, name: str) -> None:
    _require_promised(ecr_api.invoke(_prepared(registry, name)), name)


@pytest.mark.parametrize("name", FAILING_S3)
def test_a_failure_of_s3_is_answered_as_its_name_promises(
    module_stack: Stack, build: Build, registry: Registry, name: str, tmp_path: Path
) -> None:
    event = _prepared(registry, name)
    with _failing_s3(*FAILING_S3[name]) as url:
        variables = {**module_stack.variables, "AWS_ENDPOINT_URL_S3": url}
        with of_function(build, "EcrApiFunction", variables, tmp_path / "log") as runtime:
            _require_promised(runtime.invoke(event), name)


OTHERS = sorted({path.stem for path in EVENTS.glob("*.json")} - set(PROMISES))


@pytest.mark.parametrize("name", OTHERS)
def test_an_event_of_another_function_is_answered(invoke: Callable[[str], Any], name: str) -> None:
    answer = invoke(name)
    if "statusCode" in answer:
        assert answer["statusCode"] < 500, answer
    else:
        assert "errorMessage" not in answer
        assert not answer.get("batchItemFailures")


def test_a_batch_completes_what_it_can(invoke: Callable[[str], Any], registry: Registry) -> None:
    good, _ = json.loads((EVENTS / "complete_uploads_batch.json").read_text())["Records"]
    completion = json.loads(good["body"])
    upload_of(LAYER)(registry, completion["uploadId"])
    # The other one can never succeed: it becomes a dead letter and is not delivered again.
    assert invoke("complete_uploads_batch") == {"batchItemFailures": []}
    checked = registry.ecr.batch_check_layer_availability(
        repositoryName=REPOSITORY, layerDigests=completion["layerDigests"]
    )
    assert checked["layers"][0]["layerAvailability"] == "AVAILABLE"


@pytest.fixture
def invoke(module_stack: Stack, build: Build, tmp_path: Path) -> Callable[[str], Any]:
    """Hand an event to the function that it is for."""

    def invoke(name: str) -> Any:
        event = json.loads((EVENTS / f"{name}.json").read_text())
        with of_function(build, function_for(event), module_stack.variables, tmp_path / "log") as runtime:
            return runtime.invoke(event)

    return invoke


def _prepared(registry: Registry, name: str) -> dict[str, Any]:
    event = json.loads((EVENTS / f"{name}.json").read_text())
    prepare = PROMISES[name].prepare
    if prepare:
        prepare(registry, json.loads(event["body"]).get("uploadId", ""))
    return event


def _require_promised(answer: dict[str, Any], name: str) -> None:
    promised, body = PROMISES[name].answer, json.loads(answer["body"])
    if isinstance(promised, str):
        assert body["__type"] == promised
    else:
        assert answer["statusCode"] == 200, body


class _failing_s3:  # noqa: N801 - a context manager
    """An S3 that refuses whatever it is asked."""

    def __init__(self, status: int, code: str) -> None:
        error = f"<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>".encode()

        class Refusal(BaseHTTPRequestHandler):
            def refuse(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Length", str(len(error)))
                self.end_headers()
                self.wfile.write(error)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = refuse  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((loopback.HOST, 0), Refusal)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return loopback.url(self._server.server_port)

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
