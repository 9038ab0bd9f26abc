"""The start of a direct upload: what is there already needs no bytes."""

import pytest
from moorage.domain.errors import (
    InvalidLayerError,
    InvalidParameterError,
    LayerAlreadyExistsError,
    LimitExceededError,
    RepositoryNotFoundError,
)
from moorage.domain.upload import UploadMode, UploadStatus

from tests.support.direct.uploads import begin, describe
from tests.support.fakes.world import REPOSITORY, World, digest_of
from tests.support.interleaving import before

CONTENT = b"twenty-five bytes of ship"


def test_each_part_gets_a_url_of_its_own(world: World):
    page = begin(world, CONTENT)
    assert [part.range.size_bytes for part in page.parts] == [10, 10, 5]
    assert len({part.url for part in page.parts}) == 3
    assert not any(part.is_received for part in page.parts)
    assert page.upload.mode is UploadMode.DIRECT


def test_a_long_list_of_parts_is_cut_into_pages(world: World):
    assert begin(world, CONTENT).next_after is None
    page = begin(world, b"x" * 35)
    assert (len(page.parts), page.next_after) == (3, 3)


def test_a_layer_that_the_repository_has_is_refused_before_a_byte_is_sent(world: World):
    world.pushed(CONTENT)
    with pytest.raises(LayerAlreadyExistsError):
        begin(world, CONTENT)
    assert not world.content.multiparts


def test_content_that_the_registry_has_becomes_a_layer_at_once(world: World):
    world.pushed(CONTENT)
    world.create("harbour/other")
    page = begin(world, CONTENT, "harbour/other", media_type="a/b")
    assert page.upload.status is UploadStatus.COMPLETED
    assert page.parts == ()
    assert describe(world, page.upload.upload_id).status == "completed"
    blob = world.records.blob("123456789012", page.claim.digest, page.upload.encryption)
    assert blob
    assert blob.refs == 2
    assert not world.head(page.upload.upload_id).keeps_object


def test_content_that_goes_away_at_that_moment_has_to_be_sent(world: World):
    world.pushed(CONTENT)
    world.create("harbour/other")
    world.ports = before(world.ports, "catalog.commit", world.records.blobs.clear)
    page = begin(world, CONTENT, "harbour/other")
    assert page.upload.status is UploadStatus.OPEN
    assert len(page.parts) == 3


def test_known_content_of_another_size_makes_the_claim_untrue(world: World):
    world.pushed(CONTENT)
    world.create("harbour/other")
    with pytest.raises(InvalidLayerError, match="holds 25 bytes instead of 24"):
        begin(world, CONTENT, "harbour/other", layer_size_bytes=24)


def test_an_unknown_repository_is_refused(world: World):
    with pytest.raises(RepositoryNotFoundError):
        begin(world, CONTENT, "harbour/none")


@pytest.mark.parametrize("digest", ["sha512:" + "0" * 128, digest_of(CONTENT).upper(), "sha256:00"])
def test_a_digest_that_no_layer_can_have_is_refused(world: World, digest: str):
    with pytest.raises(InvalidParameterError, match="layerDigest"):
        begin(world, CONTENT, layer_digest=digest)


def test_a_layer_above_the_limit_is_refused(world: World):
    with pytest.raises(LimitExceededError):
        begin(world, CONTENT, layer_size_bytes=201)


def test_a_repository_that_is_deleted_meanwhile_gets_no_layer(world: World):
    world.pushed(CONTENT)
    world.create("harbour/other")
    world.ports = before(world.ports, "catalog.commit", lambda: world.delete("harbour/other"))
    with pytest.raises(RepositoryNotFoundError):
        begin(world, CONTENT, "harbour/other")
    assert len(world.records.layers) == 1
    assert REPOSITORY in {key[1] for key in world.records.layers}
