"""The start of a direct upload: what is there already needs no bytes."""

from typing import Any

import pytest
from moorage.domain.errors import (
    InvalidParameterError,
    LayerAlreadyExistsError,
    LimitExceededError,
    RepositoryNotFoundError,
)
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.upload import UploadMode, UploadStatus

from tests.support.direct.uploads import begin, describe
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import before
from tests.support.layers import digest_of

CONTENT = b"twenty-five bytes of ship"
MAX_PUT = 150
"""The world's limit; S3's is 5 GB."""


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


@pytest.mark.parametrize(
    ("size_bytes", "asked_for", "is_one_put"),
    [(1, True, True), (MAX_PUT, True, True), (MAX_PUT + 1, True, False), (MAX_PUT, False, False)],
)
def test_a_layer_is_sent_by_one_request_where_it_is_asked_for_and_s3_takes_it(
    world: World, size_bytes: int, asked_for: bool, is_one_put: bool
):
    page = begin(world, b"x" * size_bytes, single_put=asked_for)
    assert (page.upload.mode is UploadMode.WHOLE, page.put is not None, page.parts == ()) == (is_one_put,) * 3
    assert bool(world.content.multiparts) is not is_one_put


OTHER = "harbour/other"
FROM = RepositoryId(REGISTRY_ID, REPOSITORY)


def test_a_layer_of_a_repository_that_the_caller_names_is_mounted_at_once(world: World):
    world.pushed(CONTENT)
    world.create(OTHER)
    page = begin(world, CONTENT, OTHER, media_type="a/b", mount_from=FROM)
    assert page.upload.status is UploadStatus.COMPLETED
    assert page.parts == ()
    assert describe(world, page.upload.upload_id).status == "completed"
    blob = world.records.blob("123456789012", page.claim.digest, page.upload.encryption)
    assert blob
    assert len(world.records.links_to(blob.id)) == 2
    assert not world.head(page.upload.upload_id).keeps_object
    assert not world.content.multiparts
    with pytest.raises(LayerAlreadyExistsError):
        begin(world, CONTENT, OTHER, mount_from=FROM)


@pytest.mark.parametrize(
    "mount_from",
    [None, OTHER, "harbour/none", "harbour/without", "harbour/encrypted"],
    ids=["not asked for", "itself", "no such repository", "a repository without it", "only under another key"],
)
def test_a_digest_alone_gives_no_content_and_nothing_tells_that_the_registry_has_it(
    world: World, mount_from: str | None
):
    def answer() -> tuple[Any, ...]:
        page = begin(world, CONTENT, OTHER, mount_from=mount_from and RepositoryId(REGISTRY_ID, mount_from))
        return page.upload.status, [part.range for part in page.parts], page.next_after, page.claim

    world.create(OTHER, Encryption("KMS", "alias/one") if mount_from == "harbour/encrypted" else None)
    world.create("harbour/without")
    world.create("harbour/encrypted")
    before_the_registry_had_it = answer()
    world.pushed(CONTENT)
    world.pushed(CONTENT, "harbour/encrypted")
    assert answer() == before_the_registry_had_it
    assert before_the_registry_had_it[0] is UploadStatus.OPEN
    assert not [key for key in world.records.layers if key[1] == OTHER]


@pytest.mark.parametrize("size", [24, 26, 1])
def test_another_size_than_that_of_known_content_is_not_contradicted(world: World, size: int):
    world.pushed(CONTENT)
    world.create(OTHER)
    assert begin(world, CONTENT, OTHER, layer_size_bytes=size).upload.status is UploadStatus.OPEN


def test_content_that_goes_away_at_that_moment_has_to_be_sent(world: World):
    world.pushed(CONTENT)
    world.create(OTHER)
    world.ports = before(world.ports, "catalog.commit", world.records.collect)
    page = begin(world, CONTENT, OTHER, mount_from=FROM)
    assert page.upload.status is UploadStatus.OPEN
    assert len(page.parts) == 3


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
        begin(world, CONTENT, "harbour/other", mount_from=FROM)
    assert len(world.records.layers) == 1
    assert REPOSITORY in {key[1] for key in world.records.layers}
