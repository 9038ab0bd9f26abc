"""What tests may ask of `moorage serve`: throw all state away, and move the clock."""

import json
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moorage_local.server.clock import MovableClock

from tests.support import layers
from tests.support.command import run
from tests.support.engines import Server, bucket_of, serving
from tests.support.images import manifest

DAY = 86_400


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("controls")) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.reset()
    return running


def call(server: Server, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(server.url + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())


def names(server: Server) -> list[str]:
    return [one["repositoryName"] for one in server.ecr().describe_repositories()["repositories"]]


def test_a_reset_leaves_nothing_behind_and_the_server_goes_on(server: Server):
    ecr = server.ecr()
    for name in ("one", "two"):
        ecr.create_repository(repositoryName=name)
        layers.push(ecr, name, name.encode() * 1000)
        upload_id = ecr.initiate_layer_upload(repositoryName=name)["uploadId"]
    server.reset()
    assert names(server) == []
    status, output, errors = run("fsck", "--state", str(server.state), "--json", state=server.state)
    assert (status, json.loads(output)) == (0, []), errors
    ecr.create_repository(repositoryName="two")
    with pytest.raises(ecr.exceptions.UploadNotFoundException):
        ecr.complete_layer_upload(repositoryName="two", uploadId=upload_id, layerDigests=["sha256:" + "0" * 64])
    layers.push(ecr, "two", b"two" * 1000)
    server.reset()
    server.reset()
    assert names(server) == []


def test_a_reset_under_load_leaves_no_record_without_its_content(server: Server):
    stopping, statuses = threading.Event(), {400}

    def work(number: int) -> None:
        ecr = server.ecr(retries={"total_max_attempts": 1})
        while not stopping.is_set():
            try:
                ecr.create_repository(repositoryName=f"busy{number}")
            except ecr.exceptions.RepositoryAlreadyExistsException:
                ecr.delete_repository(repositoryName=f"busy{number}", force=True)
                continue
            try:
                layers.push(ecr, f"busy{number}", f"content {number}".encode())
            except ecr.exceptions.ClientError as error:  # the repository or the upload went in between
                statuses.add(error.response["ResponseMetadata"]["HTTPStatusCode"])

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for _ in range(3):
        server.reset()
    stopping.set()
    for worker in workers:
        worker.join()
    assert statuses == {400}
    _, output, _ = run("fsck", "--state", str(server.state), "--json", state=server.state)
    assert [finding for finding in json.loads(output) if not finding["garbage"]] == []
    server.reset()
    assert names(server) == []


def test_an_upload_expires_when_the_clock_is_moved(server: Server):
    ecr = server.ecr()
    ecr.create_repository(repositoryName="app")
    upload_id = ecr.initiate_layer_upload(repositoryName="app")["uploadId"]
    part = {"repositoryName": "app", "uploadId": upload_id, "layerPartBlob": b"abc"}
    server.advance(60)
    ecr.upload_layer_part(**part, partFirstByte=0, partLastByte=2)
    server.advance(30 * DAY)
    with pytest.raises(ecr.exceptions.UploadNotFoundException):
        ecr.upload_layer_part(**part, partFirstByte=3, partLastByte=5)


def test_a_lifecycle_policy_has_been_applied_when_the_call_returns(server: Server):
    ecr = server.ecr()
    ecr.create_repository(repositoryName="app")
    for content in (b"{}", b"layer"):
        layers.push(ecr, "app", content)
    ecr.put_image(repositoryName="app", imageManifest=manifest(b"{}", b"layer"), imageTag="old")
    selection = {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    ecr.put_lifecycle_policy(repositoryName="app", lifecyclePolicyText=json.dumps({"rules": [rule]}))
    server.advance(6 * DAY)
    assert len(ecr.list_images(repositoryName="app")["imageIds"]) == 1
    server.advance(2 * DAY)
    assert ecr.list_images(repositoryName="app")["imageIds"] == []


def test_the_object_of_a_push_that_was_never_committed_is_deleted_days_later(server: Server):
    s3, bucket = bucket_of(server)
    server.advance(0)  # the first run: what comes later is looked at
    server.ecr().create_repository(repositoryName="app")
    pushed = b"pushed in one request by docker"
    path = f"/v2/app/blobs/uploads/?digest={layers.digest_of(pushed)}"
    urllib.request.urlopen(urllib.request.Request(server.url + path, data=pushed, method="POST")).close()
    (committed,) = (found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"])
    abandoned = f"{committed.rpartition('/')[0]}/{uuid.uuid4()}"
    s3.put_object(Bucket=bucket, Key=abandoned, Body=b"the function ended before the commit")
    server.advance(6 * DAY)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
    server.advance(3 * DAY)
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [committed]
    _, output, _ = run("fsck", "--state", str(server.state), "--json", state=server.state)
    assert [finding["fault"] for finding in json.loads(output) if not finding["garbage"]] == []


def test_a_token_expires_and_a_reset_sets_the_clock_back(server: Server):
    before = call(server, "/_moorage/clock")[1]
    token = server.ecr().get_authorization_token()["authorizationData"][0]["authorizationToken"]
    assert call(server, "/v2/", authorization=f"Basic {token}")[0] == 200
    server.advance(13 * 3600)
    assert call(server, "/v2/", authorization=f"Basic {token}")[0] == 401
    moved = call(server, "/_moorage/clock")[1]
    assert moved["offsetSeconds"] == 13 * 3600
    assert moved["now"] - before["now"] >= 13 * 3600
    expires = server.ecr().get_authorization_token()["authorizationData"][0]["expiresAt"].timestamp()
    assert expires - before["now"] >= 25 * 3600 - 1
    server.reset()
    assert call(server, "/_moorage/clock")[1]["offsetSeconds"] == 0


IMPOSSIBLE = ['"1"', "-1", "NaN", "1e300", "true", '1, "more": 2']


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", "x" * 20_000, *(f'{{"advanceSeconds": {seconds}}}' for seconds in IMPOSSIBLE)]
)
def test_a_clock_that_cannot_be_moved_so_says_why_and_stays(running: Server, body: str):
    before = call(running, "/_moorage/clock")[1]["offsetSeconds"]
    status, answer = call(running, "/_moorage/clock", body.encode())
    assert (status, bool(answer["message"])) in ((400, True), (413, True))
    assert call(running, "/_moorage/clock")[1]["offsetSeconds"] == before


def test_a_page_in_a_browser_cannot_throw_the_state_away(server: Server):
    server.ecr().create_repository(repositoryName="kept")
    assert call(server, "/_moorage/reset", b"", origin="https://elsewhere.example")[0] == 403
    assert call(server, "/_moorage/reset")[0] == 404, "a GET, as an image in a page sends it"
    assert names(server) == ["kept"]


@pytest.mark.parametrize("options", [["--host", "0.0.0.0"], ["--no-test-controls"]])
def test_there_are_no_controls_where_others_reach_the_server_or_nobody_wants_them(tmp_path: Path, options: list[str]):
    with serving(tmp_path / "state", None, *options) as server:
        assert call(server, "/_moorage/reset", b"")[0] == 404
        assert call(server, "/_moorage/clock", b'{"advanceSeconds": 1}')[0] == 404


def test_the_clock_only_moves_forward():
    clock = MovableClock()
    clock.advance(5)
    clock.advance(0)
    assert clock.offset_seconds == 5
