"""Digests: which texts are one, and of which we can have a layer."""

import pytest
from moorage.domain.digest import SHA256, SHA512, Digest, is_well_formed, parse_digest

GOOD = "sha256:" + "0123456789abcdef" * 4


def test_a_sha256_digest_is_read_and_written_the_same():
    assert str(parse_digest(GOOD)) == GOOD
    assert Digest.of_hash(bytes.fromhex(GOOD[7:])) == Digest.of(GOOD)


@pytest.mark.parametrize(
    "text", ["", "sha256:", GOOD[:-1], GOOD + "0", GOOD.upper(), "sha384:" + "0" * 96, f" {GOOD}", f"{GOOD}\n"]
)
def test_every_other_text_is_no_digest_that_a_layer_here_can_have(text: str):
    assert parse_digest(text) is None
    with pytest.raises(ValueError, match="not a digest"):
        Digest.of(text)


def test_a_sha512_digest_is_read_only_where_the_caller_takes_it():
    text = f"sha512:{'0' * 128}"
    assert parse_digest(text) is None
    assert parse_digest(text, {SHA256, SHA512}) == Digest.of(text)
    assert is_well_formed(text)
    assert not is_well_formed(text[:-1])


@pytest.mark.parametrize("text", [GOOD, GOOD[:7] + GOOD[7:].upper(), "md5:00ff", "tarsum.v1+sha256:00", "a_b-c:0"])
def test_any_algorithm_is_well_formed(text: str):
    assert is_well_formed(text)


@pytest.mark.parametrize("text", ["", ":", "sha256", "sha256:", ":00", "sha256:xyz", GOOD[:-1], GOOD + "00", "a b:00"])
def test_what_lacks_a_part_or_a_sha256s_length_is_not(text: str):
    assert not is_well_formed(text)
