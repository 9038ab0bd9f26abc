"""The direct upload API's routes and answers, on ports in memory."""

from typing import Any

import pytest
from moorage.domain.registry import Registry

from tests.support.callers import owner
from tests.support.direct.uploads import complete, sent
from tests.support.driver.answers import Answer
from tests.support.driver.requests import direct_request
from tests.support.driver.transports import to_ports
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of

CONTENT = b"x" * 75
DIGEST = digest_of(CONTENT)
CLAIM = {"repositoryName": REPOSITORY, "layerDigest": DIGEST, "layerSize": len(CONTENT)}
REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "registry.example")
NOBODY = "00000000-0000-4000-8000-ffffffffffff"


def call(world: World, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any, Answer]:
    request = direct_request(method, path, body, **query).by(owner(REGISTRY_ID))
    answer = to_ports(REGISTRY, world.ports)(request)
    return answer.status, answer.json, answer


def test_a_new_upload_is_answered_with_its_first_page(world: World):
    status, body, response = call(world, "POST", "/direct-uploads", CLAIM)
    assert status == 201
    assert response.headers["location"] == f"/direct-uploads/{body['uploadId']}"
    assert (body["status"], body["partSize"], len(body["parts"])) == ("uploading", 10, 3)
    assert set(body["parts"][0]) == {"partNumber", "firstByte", "lastByte", "url", "received"}
    assert (body["parts"][1]["firstByte"], body["parts"][1]["lastByte"]) == (10, 19)


def test_the_token_leads_to_the_next_pages(world: World):
    _, page, _ = call(world, "POST", "/direct-uploads", CLAIM)
    numbers = [part["partNumber"] for part in page["parts"]]
    while "nextToken" in page:
        status, page, _ = call(world, "GET", f"/direct-uploads/{page['uploadId']}/parts", nextToken=page["nextToken"])
        assert status == 200
        numbers += [part["partNumber"] for part in page["parts"]]
    assert numbers == list(range(1, 9))


@pytest.mark.parametrize("token", ["", "xyz", "LTE=", "MTAwMDAw", "=====", "MS41"])
def test_a_token_that_was_never_answered_is_refused(world: World, token: str):
    upload_id = sent(world, CONTENT)
    status, body, _ = call(world, "GET", f"/direct-uploads/{upload_id}/parts", nextToken=token)
    assert (status, body["code"]) == (400, "InvalidParameterException")


def test_a_completion_is_answered_with_the_layer(world: World):
    upload_id = sent(world, CONTENT)
    for _ in range(2):
        status, body, _ = call(world, "POST", f"/direct-uploads/{upload_id}/completion")
        assert (status, body["status"], body["layerDigest"]) == (200, "completed", DIGEST)
    _, body, _ = call(world, "GET", f"/direct-uploads/{upload_id}")
    assert (body["status"], body["bytesVerified"], body["layerSize"]) == ("completed", 75, 75)
    assert "failureReason" not in body


def test_a_completion_that_takes_longer_is_in_progress(world: World):
    upload_id = sent(world, CONTENT)
    status, body, _ = call(slow(world), "POST", f"/direct-uploads/{upload_id}/completion")
    assert (status, body["status"], body["bytesVerified"], body["layerSize"]) == (202, "verifying", 7, 75)


def test_a_failed_upload_says_why(world: World):
    upload_id = sent(world, CONTENT, layer_digest="sha256:" + "0" * 64)
    status, body, _ = call(world, "POST", f"/direct-uploads/{upload_id}/completion")
    assert (status, body["code"]) == (422, "InvalidLayerException")
    _, body, _ = call(world, "GET", f"/direct-uploads/{upload_id}")
    assert (body["status"], body["failureReason"]) == ("failed", "InvalidLayerException")
    assert DIGEST in body["failureMessage"]


def test_an_upload_that_came_second_says_so(world: World):
    upload_id, first = sent(world, CONTENT), sent(world, CONTENT)
    complete(world, first)
    status, body, _ = call(world, "POST", f"/direct-uploads/{upload_id}/completion")
    assert (status, body["code"]) == (409, "LayerAlreadyExistsException")
    _, body, _ = call(world, "GET", f"/direct-uploads/{upload_id}")
    assert (body["status"], body["failureReason"]) == ("failed", "LayerAlreadyExistsException")
    assert call(world, "POST", "/direct-uploads", CLAIM)[:2][0] == 409


def test_deleting_answers_nothing_twice(world: World):
    upload_id = sent(world, CONTENT)
    for _ in range(2):
        status, body, _ = call(world, "DELETE", f"/direct-uploads/{upload_id}")
        assert (status, body) == (204, None)
    assert call(world, "GET", f"/direct-uploads/{upload_id}")[0] == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/direct-uploads/{NOBODY}"),
        ("GET", f"/direct-uploads/{NOBODY}/parts"),
        ("POST", f"/direct-uploads/{NOBODY}/completion"),
        ("DELETE", f"/direct-uploads/{NOBODY}"),
    ],
)
def test_an_unknown_upload_is_not_found(world: World, method: str, path: str):
    status, body, _ = call(world, method, path)
    assert (status, body["code"]) == (404, "UploadNotFoundException")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/direct-uploads"), ("GET", "/direct-uploads"), ("POST", f"/direct-uploads/{NOBODY}/x")],
)
def test_an_unknown_route_is_not_found(world: World, method: str, path: str):
    status, body, _ = call(world, method, path)
    assert (status, body["code"]) == (404, "UnknownOperationException")


@pytest.mark.parametrize("body", ["{", "[]", "1", '"x"'])
def test_a_body_that_is_not_a_json_object_is_refused(world: World, body: str):
    status, answered, _ = call(world, "POST", "/direct-uploads", body)
    assert (status, answered["code"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    "changed",
    [
        {"layerSize": 0},
        {"layerSize": "75"},
        {"layerSize": None},
        {"layerDigest": "nothing"},
        {"layerDigest": "sha512:" + "0" * 128},
        {"repositoryName": "UPPER"},
        {"registryId": "1"},
        {"mediaType": "no type"},
    ],
)
def test_a_claim_that_breaks_a_constraint_is_refused(world: World, changed: dict[str, Any]):
    status, body, _ = call(world, "POST", "/direct-uploads", {**CLAIM, **changed})
    assert (status, body["code"]) == (400, "InvalidParameterException")
    assert next(iter(changed)) in body["message"]


def test_too_large_a_layer_and_an_unknown_repository_have_their_own_statuses(world: World):
    assert call(world, "POST", "/direct-uploads", {**CLAIM, "layerSize": 201})[0] == 413
    assert call(world, "POST", "/direct-uploads", {**CLAIM, "repositoryName": "harbour/none"})[0] == 404
    assert call(world, "POST", "/direct-uploads", {**CLAIM, "registryId": "999999999999"})[0] == 403


def slow(world: World) -> World:
    """A world in which every chunk takes longer than a synchronous call may."""
    stream = world.content.stream

    def slow_stream(*arguments: Any) -> Any:
        for chunk in stream(*arguments):
            world.clock.now += 100
            yield chunk

    world.content.stream = slow_stream  # type: ignore[method-assign]
    return world
