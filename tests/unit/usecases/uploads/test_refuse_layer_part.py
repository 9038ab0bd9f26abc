"""Parts that UploadLayerPart refuses: each names what was received, and changes nothing."""

import pytest
from moorage.domain.errors import InvalidLayerPartError, RepositoryNotFoundError, UploadNotFoundError

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World

CONTENT = b"0123456789abcdefghij"


def refusal_of(world: World, upload_id: str, *arguments: object, **changed: object) -> InvalidLayerPartError:
    seen = (world.head(upload_id), world.parts(upload_id))
    with pytest.raises(InvalidLayerPartError) as refused:
        world.send(upload_id, *arguments, **changed)  # type: ignore[arg-type]
    assert (world.head(upload_id), world.parts(upload_id)) == seen
    return refused.value


def test_the_refusal_says_what_was_received_and_where(world: World):
    upload_id = world.uploaded(CONTENT)
    refused = refusal_of(world, upload_id, b"x" * 10, 5)
    assert str(refused) == "First byte of the layer part is 5 instead of 20"
    assert refused.upload == ((REGISTRY_ID, REPOSITORY), upload_id)
    assert refused.last_valid_byte == 19


def test_an_upload_that_received_nothing_has_no_last_valid_byte(world: World):
    assert refusal_of(world, world.initiate(), b"x" * 10, 7).last_valid_byte == -1


@pytest.mark.parametrize("first_byte", [0, 1, 9, 10, 19, 21, 25, 2**63 - 11])
def test_a_gap_or_an_overlap_is_refused(world: World, first_byte: int):
    refusal_of(world, world.uploaded(CONTENT), b"x" * 10, first_byte)


def test_the_last_range_with_other_bytes_is_refused(world: World):
    refused = refusal_of(world, world.uploaded(CONTENT), b"X" * 10, 10)
    assert str(refused) == "Bytes 10 to 19 were received before, with other content"


def test_the_beginning_of_the_last_range_is_not_taken_for_a_repetition(world: World):
    refusal_of(world, world.uploaded(CONTENT), CONTENT[10:15], 10)


def test_an_earlier_part_sent_again_is_refused_even_with_its_own_bytes(world: World):
    refusal_of(world, world.uploaded(CONTENT), CONTENT[:10], 0)


@pytest.mark.parametrize("last_byte", [0, 8, 10, 19, 2**63 - 1])
def test_a_range_that_is_not_as_long_as_its_bytes_is_refused(world: World, last_byte: int):
    refused = refusal_of(world, world.initiate(), b"x" * 10, 0, last_byte=last_byte)
    assert "holds 10 bytes" in str(refused)


@pytest.mark.parametrize("received", [b"", b"0", CONTENT])
def test_a_part_without_bytes_is_refused(world: World, received: bytes):
    upload_id = world.uploaded(received)
    refusal_of(world, upload_id, b"", len(received), last_byte=max(len(received) - 1, 0))


def test_a_range_that_ends_before_it_begins_is_refused(world: World):
    refusal_of(world, world.initiate(), b"", 9, last_byte=4)


def test_a_wrong_length_does_not_reveal_an_upload_of_another_repository(world: World):
    world.create("harbour/other")
    upload_id = world.initiate()
    with pytest.raises(UploadNotFoundError):
        world.send(upload_id, b"xx", 0, last_byte=9, repository_name="harbour/other")
    with pytest.raises(RepositoryNotFoundError):
        world.send(upload_id, b"xx", 0, last_byte=9, repository_name="no/such")
