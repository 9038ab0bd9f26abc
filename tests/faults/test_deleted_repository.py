"""An upload ends with its repository: every request for it is answered as for an upload that never was."""

from collections.abc import Callable

import pytest
from moorage.domain.uploads.upload import UploadStatus
from moorage_local.stack.stack import Stack

from tests.support.faults import oci_scenarios as oci
from tests.support.faults.injection import Injector
from tests.support.faults.registry import Act, Answer, LocalRegistry, part_members
from tests.support.faults.scenarios import ONE, TWO
from tests.support.layers import digest_of

NAME = "deleted"
MISSING = "00000000-0000-4000-8000-00000000dead"
Request = Callable[[LocalRegistry, str], Answer]


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName=NAME)
    return made


def relayed(registry: LocalRegistry) -> str:
    return registry.upload(NAME, ONE)[0]


def direct(registry: LocalRegistry) -> str:
    return registry.send_direct(NAME, ONE, ONE)


def completed_direct(registry: LocalRegistry) -> str:
    upload_id = direct(registry)
    assert registry.direct("POST", f"/{upload_id}/completion")[0] is None
    return upload_id


def failed_direct(registry: LocalRegistry) -> str:
    upload_id = registry.send_direct(NAME, ONE, bytes(reversed(ONE)))
    assert registry.direct("POST", f"/{upload_id}/completion")[0] is not None
    return upload_id


REQUESTS: dict[str, tuple[Callable[[LocalRegistry], str], Request]] = {
    "UploadLayerPart": (relayed, lambda r, i: r.call("UploadLayerPart", **part_members(NAME, i, len(ONE), TWO))),
    "UploadLayerPart, repeated": (relayed, lambda r, i: r.call("UploadLayerPart", **part_members(NAME, i, 0, ONE))),
    "CompleteLayerUpload": (relayed, lambda r, i: r.complete(NAME, i, digest_of(ONE))),
    "CompleteLayerUpload, direct": (direct, lambda r, i: r.complete(NAME, i, digest_of(ONE))),
    "describe": (direct, lambda r, i: r.direct("GET", f"/{i}")),
    "describe, completed": (completed_direct, lambda r, i: r.direct("GET", f"/{i}")),
    "describe, failed": (failed_direct, lambda r, i: r.direct("GET", f"/{i}")),
    "list parts": (direct, lambda r, i: r.direct("GET", f"/{i}/parts")),
    "complete": (direct, lambda r, i: r.direct("POST", f"/{i}/completion")),
    "complete, completed": (completed_direct, lambda r, i: r.direct("POST", f"/{i}/completion")),
    "abort": (direct, lambda r, i: r.direct("DELETE", f"/{i}")),
}


@pytest.mark.parametrize("is_recreated", [False, True], ids=["deleted", "created again"])
@pytest.mark.parametrize("request_name", REQUESTS)
def test_an_upload_of_a_deleted_repository_is_answered_as_a_missing_one(
    registry: LocalRegistry, request_name: str, is_recreated: bool
) -> None:
    begin, send = REQUESTS[request_name]
    upload_id = begin(registry)
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    if is_recreated:
        registry.must("CreateRepository", repositoryName=NAME)
    error, body = send(registry, upload_id)
    missing_error, missing_body = send(registry, MISSING)
    assert (error, error is None) == (missing_error, False)
    assert body["message"].replace(upload_id, MISSING) == missing_body["message"]
    registry.reap()
    assert not registry.findings(verify=True)


SESSIONS: dict[str, Callable[[LocalRegistry, str], Act]] = {
    "first chunk": oci.first_chunk,
    "further chunk": oci.further_chunk,
    "completion": oci.complete,
    "completion with the last chunk": oci.complete_with_last_chunk,
    "completion with all bytes": oci.complete_empty_session,
    "status": oci.get_status,
}
UNKNOWN = {"NAME_UNKNOWN", "BLOB_UPLOAD_UNKNOWN"}


@pytest.mark.parametrize("is_recreated", [False, True], ids=["deleted", "created again"])
@pytest.mark.parametrize("request_name", SESSIONS)
def test_a_session_takes_no_bytes_into_the_next_repository_of_its_name(
    registry: LocalRegistry, request_name: str, is_recreated: bool
) -> None:
    send = SESSIONS[request_name](registry, NAME)
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    if is_recreated:
        registry.must("CreateRepository", repositoryName=NAME)
    for _ in range(2):
        error, body = send()
        assert error in (UNKNOWN - {"NAME_UNKNOWN"} if is_recreated else UNKNOWN), body
    registry.reap()
    assert not registry.findings(verify=True)
    registry.require_nothing_left()


@pytest.mark.parametrize("count", [1, 101])
def test_a_deletion_settles_every_open_upload_before_the_record_goes(registry: LocalRegistry, count: int) -> None:
    upload_ids = [registry.must("InitiateLayerUpload", repositoryName=NAME)["uploadId"] for _ in range(count)]
    registry.must("DeleteRepository", repositoryName=NAME)
    heads = [registry.ports.uploads.get(upload_id) for upload_id in upload_ids]
    assert {head.status for head in heads if head} == {UploadStatus.ABANDONED}
    registry.require_nothing_left()


def test_a_deletion_leaves_the_uploads_of_the_next_repository_of_its_name(registry: LocalRegistry) -> None:
    relayed(registry)
    registry.must("DeleteRepository", repositoryName=NAME)
    registry.must("CreateRepository", repositoryName=NAME)
    upload_id, digest = registry.upload(NAME, ONE)
    registry.reap_backwards()
    assert registry.complete(NAME, upload_id, digest)[0] is None
    assert registry.download(NAME, digest) == ONE


def test_an_unforced_deletion_that_is_refused_leaves_the_open_uploads(registry: LocalRegistry) -> None:
    upload_id, digest = registry.upload(NAME, TWO)
    registry.push(NAME, ONE)
    assert registry.call("DeleteRepository", repositoryName=NAME)[0] == "RepositoryNotEmptyException"
    assert registry.complete(NAME, upload_id, digest)[0] is None


def test_a_part_costs_three_calls_and_its_refusal_after_the_deletion_two(registry: LocalRegistry) -> None:
    injector = Injector(registry.aws_clients)
    upload_id = registry.upload(NAME)[0]
    with injector.watching():
        registry.must("UploadLayerPart", **part_members(NAME, upload_id, 0, ONE))
    assert injector.calls == ["dynamodb.UpdateItem", "s3.UploadPart", "dynamodb.TransactWriteItems"]
    registry.must("DeleteRepository", repositoryName=NAME)
    with injector.watching():
        assert registry.call("UploadLayerPart", **part_members(NAME, upload_id, len(ONE), TWO))[0]
    assert injector.calls == ["dynamodb.UpdateItem", "dynamodb.BatchGetItem"]
