"""The digest where the carried state is lost: the stored object tells what was received."""

import pytest
from moorage.domain.errors import InvalidLayerError
from moorage.domain.uploads.sha256_state import unseal
from moorage.usecases.ports.content import StoredPartsDamagedError

from tests.support.fakes.world import REPOSITORY, ForgetfulHasher, World
from tests.support.interleaving import before, counting
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"


def without_libcrypto(world: World) -> str:
    return world.uploaded(CONTENT)


def with_state_lost(world: World) -> str:
    upload_id = world.uploaded(CONTENT)
    world.change_head(upload_id, hash_state=None)
    return upload_id


def with_state_damaged(world: World) -> str:
    upload_id = world.uploaded(CONTENT)
    state = world.head(upload_id).hash_state
    assert state is not None
    sealed = state.seal()
    world.change_head(upload_id, hash_state=unseal(sealed[:40] + b"?" + sealed[41:]))
    return upload_id


def with_state_of_other_bytes(world: World) -> str:
    """An intact state, but not of as many bytes as were received."""
    upload_id, other = world.uploaded(CONTENT), world.uploaded(CONTENT[:10])
    world.change_head(upload_id, hash_state=world.head(other).hash_state)
    return upload_id


LOSSES = [without_libcrypto, with_state_lost, with_state_damaged, with_state_of_other_bytes]


@pytest.fixture(params=LOSSES, ids=lambda loss: loss.__name__)
def lossy(request: pytest.FixtureRequest) -> tuple[World, str]:
    """A world and an upload in it whose hash was not carried to the end."""
    world = World(hasher=ForgetfulHasher() if request.param is without_libcrypto else None)
    world.create(REPOSITORY)
    return world, request.param(world)


def test_the_object_is_read_once_and_the_layer_is_committed(lossy: tuple[World, str]):
    world, upload_id = lossy
    ports, reads = counting(world.ports, "content.stream")
    assert str(world.complete(upload_id, digest_of(CONTENT), ports=ports).layer_digest) == digest_of(CONTENT)
    assert len(reads) == 1


def test_a_wrong_digest_is_refused_and_the_right_one_can_still_be_given(lossy: tuple[World, str]):
    world, upload_id = lossy
    with pytest.raises(InvalidLayerError, match="None of the provided"):
        world.complete(upload_id, digest_of(b"other"))
    assert str(world.complete(upload_id, digest_of(CONTENT)).layer_digest) == digest_of(CONTENT)


def test_an_object_that_changes_while_it_is_read_voids_the_upload(lossy: tuple[World, str]):
    world, upload_id = lossy

    def rival() -> None:
        raise StoredPartsDamagedError("precondition failed")

    with pytest.raises(InvalidLayerError, match="not the ones that were received"):
        world.complete(upload_id, digest_of(CONTENT), ports=before(world.ports, "content.stream", rival))
