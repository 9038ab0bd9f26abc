"""Only a SHA-256 of the whole object says what a layer hashes to."""

from base64 import b64encode

import pytest
from moorage.adapters.s3.checksums import stored_object

HASH = b"0123456789abcdef0123456789abcdef"
TEXT = b64encode(HASH).decode()


@pytest.mark.parametrize("type_of", [{"ChecksumType": "FULL_OBJECT"}, {}], ids=["with its type", "without a type"])
def test_the_sha256_of_a_whole_object_is_believed(type_of: dict[str, str]):
    stored = stored_object({"ContentLength": 3, "ETag": '"0"', "ChecksumSHA256": TEXT, **type_of})
    assert (stored.sha256, stored.parts_sha256) == (HASH, None)


@pytest.mark.parametrize(
    "composite",
    [
        {"ChecksumSHA256": f"{TEXT}-2", "ChecksumType": "COMPOSITE"},
        {"ChecksumSHA256": f"{TEXT}-1"},
        {"ChecksumSHA256": f"{TEXT}-1", "ChecksumType": "FULL_OBJECT"},
        {"ChecksumSHA256": TEXT, "ChecksumType": "COMPOSITE"},
        {"ChecksumSHA256": TEXT, "ETag": '"0-1"'},
    ],
)
def test_a_checksum_over_parts_is_never_that_of_the_object(composite: dict[str, str]):
    stored = stored_object({"ContentLength": 3, "ETag": '"0"', **composite})
    assert (stored.sha256, stored.parts_sha256) == (None, HASH)


@pytest.mark.parametrize("other", [{}, {"ChecksumCRC64NVME": "AAAAAAAAAAA="}, {"ChecksumSHA256": ""}])
def test_another_checksum_or_none_says_nothing(other: dict[str, str]):
    stored = stored_object({"ContentLength": 3, "ETag": '"0"', **other})
    assert (stored.sha256, stored.parts_sha256) == (None, None)
