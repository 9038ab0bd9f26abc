"""CompleteLayerUpload: each of its nine exceptions as a boto3 client catches it, and what each leaves behind."""

import os

import pytest

from tests.support.ecr.registry import MIB, Registry
from tests.support.faults.injection import FAULTS, Fault
from tests.support.layers import digest_of

CALLS = ["dynamodb.Query", "dynamodb.BatchGetItem", "s3.CompleteMultipartUpload", "dynamodb.TransactWriteItems"]
NOWHERE = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture
def content() -> bytes:
    """Bytes that no other repository of the registry has: else they would be linked and not stored."""
    return os.urandom(40)


def fault(name: str, *, of: str = "") -> Fault:
    return next(one for one in FAULTS if one.name == name and one.fits(of))


def test_invalid_parameter(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository, content)
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match=r"'layerDigests\[1\]'"):
        registry.complete(repository, upload_id, digest_of(content), "not a digest")
    registry.complete(repository, upload_id, digest_of(content))


def test_repository_not_found(registry: Registry, content: bytes):
    with pytest.raises(registry.ecr.exceptions.RepositoryNotFoundException, match="'no/such' does not exist"):
        registry.complete("no/such", NOWHERE, digest_of(content))


def test_upload_not_found(registry: Registry, repository: str, content: bytes):
    with pytest.raises(registry.ecr.exceptions.UploadNotFoundException, match=NOWHERE):
        registry.complete(repository, NOWHERE, digest_of(content))


def test_upload_not_found_for_another_repositorys_upload(registry: Registry, repository: str, content: bytes):
    registry.ecr.create_repository(repositoryName=f"{repository}/other")
    upload_id = registry.upload(repository, content)
    with pytest.raises(registry.ecr.exceptions.UploadNotFoundException):
        registry.complete(f"{repository}/other", upload_id, digest_of(content))
    registry.complete(repository, upload_id, digest_of(content))


def test_invalid_layer(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository, content)
    with pytest.raises(registry.ecr.exceptions.InvalidLayerException, match="None of the provided layer digests match"):
        registry.complete(repository, upload_id, digest_of(b"other bytes"))
    assert registry.complete(repository, upload_id, digest_of(b"other bytes"), digest_of(content))[
        "layerDigest"
    ] == digest_of(content)


def test_layer_part_too_small(registry: Registry, repository: str):
    parts = [b"x" * MIB] * 3
    upload_id = registry.upload(repository, *parts)
    with pytest.raises(registry.ecr.exceptions.LayerPartTooSmallException, match="at least 5MB"):
        registry.complete(repository, upload_id, digest_of(b"".join(parts)))


def test_layer_already_exists(registry: Registry, repository: str, content: bytes):
    first, second = (registry.upload(repository, content) for _ in range(2))
    registry.complete(repository, first, digest_of(content))
    for _ in range(2):
        with pytest.raises(registry.ecr.exceptions.LayerAlreadyExistsException, match=digest_of(content)):
            registry.complete(repository, second, digest_of(content))


def test_empty_upload(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository)
    with pytest.raises(registry.ecr.exceptions.EmptyUploadException, match="does not have any parts"):
        registry.complete(repository, upload_id, digest_of(content))
    registry.send(repository, upload_id, 0, content)
    registry.complete(repository, upload_id, digest_of(content))


def test_kms(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository, content)
    with (
        registry.faults.watching(2, fault("key disabled", of="s3.CompleteMultipartUpload")),
        pytest.raises(registry.ecr.exceptions.KmsException) as refused,
    ):
        registry.complete(repository, upload_id, digest_of(content))
    assert registry.faults.calls == CALLS[:3]
    assert refused.value.response["kmsError"] == "DisabledException"
    registry.complete(repository, upload_id, digest_of(content))


@pytest.mark.parametrize("call", CALLS)
def test_server(registry: Registry, repository: str, content: bytes, call: str):
    upload_id = registry.upload(repository, content)
    with (
        registry.faults.watching(CALLS.index(call), fault("internal error", of=call)),
        pytest.raises(registry.ecr.exceptions.ServerException, match="try the same request again") as refused,
    ):
        registry.complete(repository, upload_id, digest_of(content))
    assert registry.faults.calls[-1] == call
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    registry.complete(repository, upload_id, digest_of(content))


def test_an_error_that_nobody_has_thought_of_is_a_server_exception_that_says_nothing(
    registry: Registry, repository: str, content: bytes, caplog: pytest.LogCaptureFixture
):
    upload_id = registry.upload(repository, content)
    bug = Fault("bug", lambda _request, _send: (_ for _ in ()).throw(ZeroDivisionError("secret of the house")))
    with (
        registry.faults.watching(1, bug),
        pytest.raises(registry.ecr.exceptions.ServerException) as refused,
    ):
        registry.complete(repository, upload_id, digest_of(content))
    assert "secret" not in str(refused.value)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_completing_twice_returns_the_same_answer(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository, content)
    answers = [registry.complete(repository, upload_id, digest_of(content)) for _ in range(3)]
    for answer in answers:
        del answer["ResponseMetadata"]
    assert answers[0] == answers[1] == answers[2]


def test_a_completed_upload_takes_no_more_parts(registry: Registry, repository: str, content: bytes):
    upload_id = registry.upload(repository, content)
    registry.complete(repository, upload_id, digest_of(content))
    for first_byte in (0, len(content)):
        with pytest.raises(registry.ecr.exceptions.UploadNotFoundException):
            registry.send(repository, upload_id, first_byte, content)
