"""The direct upload function on real engines: its URLs, its pages, its budget of AWS calls.

In `make test-long` also on LocalStack's S3.
"""

import json
import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from moorage.adapters.dynamodb.item import connection
from moorage_local.engines import installation
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.functions import Function

from tests.support.direct.registry import MIB, REPOSITORY, DirectRegistry, put
from tests.support.driver.answers import Answer
from tests.support.driver.lambda_events import event
from tests.support.driver.requests import direct_request
from tests.support.layers import digest_of

LARGEST = 52_000 * MIB
SESSION_TOKEN_BYTES = 2_000
"""More than the session tokens of a role, which would be in every URL."""


@pytest.fixture(params=["stack", pytest.param("localstack_stack", marks=pytest.mark.long)])
def registry(request: pytest.FixtureRequest) -> DirectRegistry:
    return DirectRegistry(request.getfixturevalue(request.param))


@pytest.fixture
def function(registry: DirectRegistry) -> Function:
    lambda_functions.forget_metrics()
    return lambda_functions.load(installation.functions_directory() / "direct_api")


def invoke(function: Function, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
    answered = function(event(direct_request(method, f"/direct-uploads{path}", body, **query)))
    assert len(json.dumps(answered)) < 6_291_456
    answer = Answer.of_proxy_result(answered)
    return answer.status, answer.json


def claim(content: bytes = b"", **changed: Any) -> dict[str, Any]:
    return {"repositoryName": REPOSITORY, "layerDigest": digest_of(content), "layerSize": len(content), **changed}


def test_a_layer_goes_through_the_function_from_begin_to_end(function: Function):
    content = os.urandom(20 * MIB)
    status, page = invoke(function, "POST", "", claim(content, mediaType="application/vnd.oci.image.layer.v1.tar"))
    assert (status, len(page["parts"]), page["partSize"]) == (201, 2, 16 * MIB)
    for part in page["parts"]:
        put(part, content)
    path = f"/{page['uploadId']}"
    assert [part["received"] for part in invoke(function, "GET", f"{path}/parts")[1]["parts"]] == [True, True]
    assert invoke(function, "GET", path)[1]["status"] == "uploading"
    assert invoke(function, "POST", f"{path}/completion")[0] == 200
    status, body = invoke(function, "GET", path)
    assert (status, body["status"], body["bytesVerified"]) == (200, "completed", len(content))
    assert invoke(function, "POST", "", claim(content))[0] == 409


def test_the_pages_of_the_largest_layer_fit_lambdas_answers_with_session_tokens_in_every_url(function: Function):
    status, page = invoke(function, "POST", "", claim(layerSize=LARGEST))
    numbers = [part["partNumber"] for part in page["parts"]]
    while "nextToken" in page:
        assert len(json.dumps(page)) + len(page["parts"]) * SESSION_TOKEN_BYTES < 6_291_456 / 2
        status, page = invoke(function, "GET", f"/{page['uploadId']}/parts", nextToken=page["nextToken"])
        assert status == 200
        numbers += [part["partNumber"] for part in page["parts"]]
    assert numbers == list(range(1, 3250 + 1))
    assert page["parts"][-1]["lastByte"] == LARGEST - 1


def test_a_page_in_the_middle_says_what_s3_has(function: Function):
    _, page = invoke(function, "POST", "", claim(layerSize=600 * 16 * MIB))
    _status, second = invoke(function, "GET", f"/{page['uploadId']}/parts", nextToken=page["nextToken"])
    part = second["parts"][3]
    httpx.put(part["url"], content=bytes(16 * MIB), timeout=60).raise_for_status()
    _, again = invoke(function, "GET", f"/{page['uploadId']}/parts", nextToken=page["nextToken"])
    assert [part["partNumber"] for part in again["parts"] if part["received"]] == [504]


def test_a_url_takes_its_own_part_at_its_own_length_and_no_other(function: Function):
    content = os.urandom(20 * MIB)
    _, page = invoke(function, "POST", "", claim(content))
    url = page["parts"][1]["url"]
    assert httpx.put(url, content=content[: 4 * MIB - 1]).status_code == 403
    assert httpx.put(url.replace("partNumber=2", "partNumber=1"), content=content[16 * MIB :]).status_code == 403
    assert httpx.get(url).status_code == 403
    assert httpx.put(url, content=content[16 * MIB :]).status_code == 200


def test_urls_expire_soon_and_new_ones_can_be_fetched(function: Function):
    _, page = invoke(function, "POST", "", claim(b"x"))
    _, again = invoke(function, "GET", f"/{page['uploadId']}/parts")
    for url in (page["parts"][0]["url"], again["parts"][0]["url"], page["completionUrl"]):
        assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["900"]


def test_each_request_stays_within_its_budget_of_aws_calls(function: Function, registry: DirectRegistry):
    ports = function.module.ports
    calls: list[str] = []
    for client in (ports.direct._client, connection().client):
        client.meta.events.register("before-send", lambda event_name, **_: calls.append(event_name.split(".")[-1]))

    def spent(*arguments: Any) -> list[str]:
        calls.clear()
        invoke(function, *arguments)
        return list(calls)

    content = os.urandom(MIB)
    invoke(function, "GET", "/none")  # the first request of a process also reads the version of the table
    first = ["BatchGetItem", "BatchGetItem", "CreateMultipartUpload", "TransactWriteItems"]
    assert spent("POST", "", claim(content)) == first
    upload_id = registry.sent(content)
    assert spent("GET", f"/{upload_id}") == ["GetItem"]
    assert spent("GET", f"/{upload_id}/parts") == ["GetItem", "ListParts"]
    before = ["GetItem", "Query", "BatchGetItem", "ListParts", "CompleteMultipartUpload"]
    verification = ["UpdateItem", "GetObject", "UpdateItem"]
    after = ["TransactWriteItems"]
    assert spent("POST", f"/{upload_id}/completion") == [*before, *verification, *after]
    assert spent("POST", f"/{upload_id}/completion") == ["GetItem", "Query", "BatchGetItem"]
    assert spent("DELETE", f"/{registry.sent(os.urandom(10))}") == ["GetItem", "UpdateItem"]
