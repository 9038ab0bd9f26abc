"""Requests that AWS's SDKs send again, at the same time, or in the wrong place: the upload ends as if sent once."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.clients.sdks.images import (
    Habits,
    availability,
    complete,
    push_layer,
    send_part,
    send_parts,
)
from tests.support.clients.sdks.sdk import Sdk, SdkError
from tests.support.layers import digest_of

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]  # the command line starts a process for each request

MIB = 1024 * 1024
TIMES_OF_A_PART = 12
TIMES_OF_A_REQUEST = 6


def content_of(sdk: Sdk, repository: str, digest: str) -> bytes:
    """What a pull gets."""
    found = sdk.call("GetDownloadUrlForLayer", repositoryName=repository, layerDigest=digest)
    return sdk.download(found["downloadUrl"])


def initiate(sdk: Sdk, repository: str) -> str:
    """A new upload's id."""
    return str(sdk.call("InitiateLayerUpload", repositoryName=repository)["uploadId"])


def test_a_range_that_is_sent_twelve_times_counts_once(sdk: Sdk, repository: str):
    content = os.urandom(5 * MIB + 1000)
    upload_id = initiate(sdk, repository)
    assert send_parts(sdk, repository, upload_id, content[: 5 * MIB], 5 * MIB, TIMES_OF_A_PART) == 0
    send_part(sdk, repository, upload_id, 5 * MIB, content[5 * MIB :])
    digest = complete(sdk, repository, upload_id, content)
    assert content_of(sdk, repository, digest) == content


def test_every_request_of_an_upload_may_be_sent_six_times(sdk: Sdk, repository: str):
    content = os.urandom(1000)
    digest = push_layer(sdk, repository, content, Habits(times=TIMES_OF_A_REQUEST))
    assert content_of(sdk, repository, digest) == content


def test_a_completion_that_is_repeated_gets_the_same_answer(sdk: Sdk, repository: str):
    upload_id = initiate(sdk, repository)
    send_part(sdk, repository, upload_id, 0, b"a layer")
    members = {"repositoryName": repository, "uploadId": upload_id, "layerDigests": [digest_of("a layer")]}
    first, second = (sdk.call("CompleteLayerUpload", **members) for _ in range(2))
    assert first == second
    assert first["layerDigest"] == digest_of("a layer")


def test_a_layer_that_is_there_already_is_told_by_its_exception(sdk: Sdk, repository: str):
    push_layer(sdk, repository, b"a layer")
    upload_id = initiate(sdk, repository)
    send_part(sdk, repository, upload_id, 0, b"a layer")
    members = {"repositoryName": repository, "uploadId": upload_id, "layerDigests": [digest_of("a layer")]}
    for _ in range(2):
        with pytest.raises(SdkError, match="LayerAlreadyExistsException"):
            sdk.call("CompleteLayerUpload", **members)


def test_of_completions_at_the_same_time_all_succeed(sdk: Sdk, repository: str):
    content = os.urandom(6 * MIB)
    upload_id = initiate(sdk, repository)
    send_parts(sdk, repository, upload_id, content, 5 * MIB)
    with ThreadPoolExecutor(sdk.at_once) as threads:
        digests = list(threads.map(lambda _: complete(sdk, repository, upload_id, content), range(sdk.at_once)))
    assert digests == [digest_of(content)] * sdk.at_once
    assert content_of(sdk, repository, digests[0]) == content


def test_pushes_of_one_layer_at_the_same_time_all_succeed(sdk: Sdk, repository: str):
    content = os.urandom(1000)
    with ThreadPoolExecutor(sdk.at_once) as threads:
        digests = list(threads.map(lambda _: push_layer(sdk, repository, content), range(sdk.at_once)))
    assert digests == [digest_of(content)] * sdk.at_once
    assert content_of(sdk, repository, digests[0]) == content


def test_a_push_that_knows_only_the_uploads_id_resumes_after_the_last_valid_byte(sdk: Sdk, repository: str):
    content = os.urandom(16 * MIB)
    upload_id = initiate(sdk, repository)
    send_part(sdk, repository, upload_id, 0, content[: 6 * MIB])
    send_part(sdk, repository, upload_id, 6 * MIB, content[6 * MIB : 11 * MIB])
    with pytest.raises(SdkError, match="InvalidLayerPartException") as refused:
        send_part(sdk, repository, upload_id, 0, content[: 5 * MIB])
    assert sdk.next_byte(refused.value) == 11 * MIB
    assert send_parts(sdk, repository, upload_id, content, 5 * MIB) == 1
    digest = complete(sdk, repository, upload_id, content)
    assert content_of(sdk, repository, digest) == content


def test_a_digest_that_does_not_match_commits_nothing(sdk: Sdk, repository: str):
    upload_id = initiate(sdk, repository)
    send_part(sdk, repository, upload_id, 0, b"a layer")
    with pytest.raises(SdkError, match="InvalidLayerException"):
        complete(sdk, repository, upload_id, b"another layer")
    wrong, right = digest_of("another layer"), digest_of("a layer")
    assert availability(sdk, repository, [wrong, right]) == {wrong: "UNAVAILABLE", right: "UNAVAILABLE"}
