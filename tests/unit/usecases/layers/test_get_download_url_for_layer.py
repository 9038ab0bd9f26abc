"""GetDownloadUrlForLayer."""

import pytest
from moorage.domain.errors import LayersNotFoundError, RepositoryNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers.get_download_url_for_layer import GetDownloadUrlForLayer, get_download_url_for_layer

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of

DIGEST = digest_of(b"layer")


def url_of(world: World, digest: str = DIGEST, name: str = REPOSITORY) -> str:
    query = GetDownloadUrlForLayer(repository=RepositoryId(REGISTRY_ID, name), layer_digest=digest)
    download = get_download_url_for_layer(query, world.ports)
    assert download.layer_digest == digest
    return download.url


def test_the_url_leads_to_the_content(world: World):
    upload_id = world.pushed(b"layer")
    assert url_of(world) == f"memory://{world.head(upload_id).object_key}"


def test_a_linked_layer_leads_to_the_content_of_the_first(world: World):
    world.create("harbour/other")
    first = world.pushed(b"layer")
    world.pushed(b"layer", "harbour/other")
    assert url_of(world, name="harbour/other") == f"memory://{world.head(first).object_key}"


@pytest.mark.parametrize("digest", [digest_of(b"other"), "md5:00ff", f"sha256:{DIGEST[7:].upper()}"])
def test_a_layer_that_is_not_there_is_named(world: World, digest: str):
    world.pushed(b"layer")
    with pytest.raises(LayersNotFoundError, match=digest):
        url_of(world, digest)


def test_content_of_the_registry_is_not_reachable_through_a_repository_without_the_layer(world: World):
    world.create("harbour/other")
    world.pushed(b"layer")
    with pytest.raises(LayersNotFoundError):
        url_of(world, name="harbour/other")


def test_an_unknown_repository_is_named(world: World):
    with pytest.raises(RepositoryNotFoundError):
        url_of(world, name="no/such")


def test_a_layer_whose_content_has_no_record_is_missing_so_that_it_is_pushed_again(world: World):
    world.pushed(b"layer")
    world.records.blobs.clear()
    with pytest.raises(LayersNotFoundError, match=DIGEST):
        url_of(world)
