"""UploadLayerPart through boto3: what is refused, with the members that let a client go on."""

import pytest

from tests.support.ecr.registry import MIB, Registry
from tests.support.faults.injection import FAULTS
from tests.support.layers import digest_of


def refused(registry: Registry, repository: str, upload_id: str, first_byte: int, blob: bytes, **changed: int):
    with pytest.raises(registry.ecr.exceptions.InvalidLayerPartException) as caught:
        registry.ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload_id,
            **{"partFirstByte": first_byte, "partLastByte": first_byte + len(blob) - 1, **changed},
            layerPartBlob=blob,
        )
    members = ("registryId", "repositoryName", "uploadId", "lastValidByteReceived")
    assert [caught.value.response[name] for name in members[:3]] == ["000000000000", repository, upload_id]
    return caught.value.response


@pytest.mark.parametrize("first_byte", [0, 1, 5 * MIB - 1, 5 * MIB + 1, 2**40])
def test_a_gap_or_an_overlap_names_the_last_byte_that_counts(registry: Registry, repository: str, first_byte: int):
    upload_id = registry.upload(repository, b"x" * (5 * MIB))
    response = refused(registry, repository, upload_id, first_byte, b"y" * 10)
    assert response["lastValidByteReceived"] == 5 * MIB - 1
    assert response["Error"]["Message"] == f"First byte of the layer part is {first_byte} instead of {5 * MIB}"
    registry.send(repository, upload_id, response["lastValidByteReceived"] + 1, b"end")
    registry.complete(repository, upload_id, digest_of(b"x" * (5 * MIB) + b"end"))


def test_an_upload_that_received_nothing_names_the_least_number_that_the_model_allows(
    registry: Registry, repository: str
):
    response = refused(registry, repository, registry.upload(repository), 5, b"y" * 10)
    assert response["lastValidByteReceived"] == 0
    assert response["Error"]["Message"].endswith("is 5 instead of 0")


@pytest.mark.parametrize("last_byte", [8, 10, 2**62])
def test_a_range_that_is_not_as_long_as_its_bytes_is_refused(registry: Registry, repository: str, last_byte: int):
    refused(registry, repository, registry.upload(repository), 0, b"y" * 10, partLastByte=last_byte)


def test_a_part_without_bytes_is_refused(registry: Registry, repository: str):
    upload_id = registry.upload(repository, b"one")
    refused(registry, repository, upload_id, 3, b"", partLastByte=2)
    refused(registry, repository, upload_id, 3, b"", partLastByte=3)
    registry.complete(repository, upload_id, digest_of(b"one"))


def test_the_last_part_sent_again_with_the_same_bytes_succeeds(registry: Registry, repository: str):
    upload_id = registry.upload(repository, b"x" * (5 * MIB), b"end")
    assert registry.send(repository, upload_id, 5 * MIB, b"end")["lastByteReceived"] == 5 * MIB + 2
    registry.complete(repository, upload_id, digest_of(b"x" * (5 * MIB) + b"end"))


def test_the_last_part_sent_again_with_other_bytes_is_refused(registry: Registry, repository: str):
    upload_id = registry.upload(repository, b"one")
    response = refused(registry, repository, upload_id, 0, b"two")
    assert "were received before, with other content" in response["Error"]["Message"]
    registry.complete(repository, upload_id, digest_of(b"one"))


def test_no_part_is_larger_than_the_model_allows(registry: Registry, repository: str):
    upload_id = registry.upload(repository)
    with pytest.raises(registry.ecr.exceptions.InvalidParameterException, match=r"'layerPartBlob'.*20971520"):
        registry.send(repository, upload_id, 0, b"x" * (20 * MIB + 1))
    registry.send(repository, upload_id, 0, b"x" * (20 * MIB))


def test_a_key_that_is_disabled_is_a_kms_exception(registry: Registry, repository: str):
    upload_id = registry.upload(repository)
    disabled = next(one for one in FAULTS if one.name == "key disabled")
    with registry.faults.watching(1, disabled), pytest.raises(registry.ecr.exceptions.KmsException) as caught:
        registry.send(repository, upload_id, 0, b"one")
    assert caught.value.response["kmsError"] == "DisabledException"
    registry.send(repository, upload_id, 0, b"one")
    registry.complete(repository, upload_id, digest_of(b"one"))


def test_a_part_whose_answer_was_lost_succeeds_when_it_is_sent_again(registry: Registry, repository: str):
    upload_id = registry.upload(repository)
    lost = next(one for one in FAULTS if one.name == "answer lost")
    with registry.faults.watching(2, lost), pytest.raises(registry.ecr.exceptions.ServerException):
        registry.send(repository, upload_id, 0, b"one")
    assert registry.send(repository, upload_id, 0, b"one")["lastByteReceived"] == 2
    registry.complete(repository, upload_id, digest_of(b"one"))
