"""The commit, while others change the blob's record under it."""

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import UnavailableError
from moorage.domain.layer import ContentId
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.completion._commit_layer import MAX_ROUNDS

from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.interleaving import before
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"
DIGEST = digest_of(CONTENT)
CONTENT_ID = ContentId(REGISTRY_ID, Digest.of(DIGEST), "")


def test_a_blob_that_appears_during_the_commit_is_linked(world: World):
    world.create("harbour/other")
    ours, theirs = world.uploaded(CONTENT), world.uploaded(CONTENT, "harbour/other")
    rival = lambda: world.complete(theirs, DIGEST, name="harbour/other")  # noqa: E731
    world.complete(ours, DIGEST, ports=before(world.ports, "catalog.commit", rival))
    blob = world.records.blobs[CONTENT_ID]
    assert (blob.object_key, len(world.records.links_to(CONTENT_ID))) == (world.head(theirs).object_key, 2)
    assert not world.head(ours).keeps_object


def test_a_blob_that_is_gone_during_the_commit_is_replaced_by_our_own(world: World):
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    ours = world.uploaded(CONTENT)
    world.complete(ours, DIGEST, ports=before(world.ports, "catalog.commit", world.records.collect))
    blob = world.records.blobs[CONTENT_ID]
    assert blob.object_key == world.head(ours).object_key
    assert world.stored(ours) == CONTENT


def test_a_blob_replaced_by_another_of_the_same_digest_is_linked_as_it_is_now(world: World):
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    ours = world.uploaded(CONTENT)

    def rival() -> None:
        blob = world.records.blobs[CONTENT_ID]
        world.content.objects["blobs/elsewhere"] = world.content.objects[blob.object_key]
        world.records.replace_object(CONTENT_ID, "blobs/elsewhere")

    world.complete(ours, DIGEST, ports=before(world.ports, "catalog.commit", rival))
    assert world.records.blobs[CONTENT_ID].object_key == "blobs/elsewhere"
    assert len(world.records.links_to(CONTENT_ID)) == 2


def test_a_commit_that_always_finds_something_changed_asks_the_caller_to_come_again(world: World):
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    ours = world.uploaded(CONTENT)
    rounds: list[int] = []

    def rival() -> None:
        rounds.append(len(rounds))
        world.records.replace_object(CONTENT_ID, f"blobs/{len(rounds)}")

    ports = before(world.ports, "catalog.commit", rival, every_time=True)
    with pytest.raises(UnavailableError):
        world.complete(ours, DIGEST, ports=ports)
    assert len(rounds) == MAX_ROUNDS
    world.complete(ours, DIGEST)


def test_content_is_shared_only_between_repositories_with_the_same_encryption(world: World):
    world.create("harbour/sealed", Encryption("KMS", "alias/one"))
    world.create("harbour/sealed-too", Encryption("KMS", "alias/one"))
    world.create("harbour/otherwise", Encryption("KMS", "alias/two"))
    names = ("harbour/anchor", "harbour/sealed", "harbour/sealed-too", "harbour/otherwise")
    uploads = {name: world.pushed(CONTENT, name) for name in names}
    kept = [name for name in names if world.head(uploads[name]).keeps_object]
    assert kept == ["harbour/anchor", "harbour/sealed", "harbour/otherwise"]
    for name in kept:
        head = world.head(uploads[name])
        assert world.content.objects[head.object_key].encryption == head.encryption
    assert sorted(len(world.records.links_to(content)) for content in world.records.blobs) == [1, 1, 2]
