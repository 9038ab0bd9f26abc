"""The port `Removals`."""

import uuid
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from moorage.adapters.dynamodb.images import removals as adapter
from moorage.adapters.dynamodb.images.removals import DynamoDbRemovals
from moorage.adapters.dynamodb.item import connection
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, TaggedImage
from moorage.domain.layer import Blob, ContentId, Layer
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Encryption, Repository
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import Commit, NewTag, Wanted
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.ports.removals import Removals, Use

from tests.support.fakes.memory_images import MemoryImages
from tests.support.fakes.memory_removals import MemoryRemovals
from tests.support.records import REGISTRY_ID, linked_from, upload

NOW = 1_800_000_000.5


@pytest.fixture
def removals(ports: Ports) -> Removals:
    """The port, on the same records."""
    return MemoryRemovals(ports.images) if isinstance(ports.images, MemoryImages) else DynamoDbRemovals(connection())


def digest(text: str) -> Digest:
    return Digest.of_hash(sha256(text.encode()).digest())


def put(ports: Ports, kept: Repository, *tags: str, text: str = "one", **changed: Any) -> TaggedImage:
    """An image with these tags, of a push that recorded its uses; as it is read."""
    members: dict[str, Any] = {
        "repository": kept.id,
        "digest": digest(text),
        "push_id": str(uuid.uuid4()),
        "media_type": "application/vnd.oci.image.manifest.v1+json",
        "artifact_type": None,
        "manifest_bytes": 3,
        "size_bytes": 7,
        "pushed_at": 1_700_000_000.125,
        "layers": (digest("layer"),),
        "subject": digest("subject"),
        "content": b"{}\n",
    }
    made = Image(**{**members, **changed})
    ports.images.record_uses(kept, made, None)
    assert ports.images.commit(kept, made, None) is Commit.DONE
    for tag in tags:
        assert ports.images.add_tag(kept, made, NewTag(tag=tag, moved_from=None, max_tags=1000)) is Commit.DONE
    return read(ports, made)


def read(ports: Ports, image: Image) -> TaggedImage:
    found = ports.images.read(image.repository, image.digest)
    assert found is not None
    return found


def move_tag(ports: Ports, kept: Repository, tag: str, former: TaggedImage) -> None:
    other = put(ports, kept, text=f"moved {tag}")
    new = NewTag(tag=tag, moved_from=former.image.digest, max_tags=1000)
    assert ports.images.add_tag(kept, other.image, new) is Commit.DONE


def layer(ports: Ports, kept: Repository, text: str = "layer") -> Layer:
    """A layer that is committed."""
    of = upload(kept.name, received_bytes=10)
    ports.uploads.create(of)
    made = Layer(
        repository=kept.id, digest=digest(f"{kept.name} {text}"), size_bytes=10, upload_id=of.upload_id, created_at=5.5
    )
    blob = Blob(
        registry_id=REGISTRY_ID,
        digest=made.digest,
        encryption=Encryption(),
        object_key=of.object_key,
        size_bytes=10,
        verified_at=5.5,
    )
    assert ports.catalog.commit(of, made, blob, found=LayerLookup(None, None, None)).applied
    return made


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_a_marked_image_is_removed_with_its_tags_and_uses(
    ports: Ports, removals: Removals, kept: Repository, number: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter, "TAGS_TOGETHER", 2)
    tags = [f"tag-{place:03}" for place in range(number)]
    made, other = put(ports, kept, *tags), put(ports, kept, "stays", text="two")
    assert ports.images.mark(made.image, NOW)
    assert removals.remove_image(made, NOW)
    found = ports.images.look_up(kept.id, Wanted(digests=[made.image.digest], tags=[*tags[:90], "stays"]))
    assert (dict(found.images), dict(found.tags)) == ({}, {"stays": other.image.digest})
    assert [use.by for use in removals.uses_of(kept.id, digest("layer"))] == [other.image.digest]
    assert removals.image_digests(kept.id) == {other.image.digest}


@pytest.mark.parametrize("ports", ["engines"], indirect=True)  # moto copies all of its table for a transaction
def test_as_many_tags_as_fit_go_in_one_transaction(ports: Ports, removals: Removals, kept: Repository):
    tags = [f"tag-{place:03}" for place in range(adapter.TAGS_TOGETHER)]
    made = put(ports, kept, *tags)
    assert removals.archive_image(made, NOW)
    assert ports.images.mark(made.image, NOW)
    assert removals.remove_image(made, NOW)
    assert not ports.images.look_up(kept.id, Wanted(digests=[made.image.digest], tags=tags)).tags


def test_an_image_stays_if_its_mark_was_cleared(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept, "v1")
    ports.images.mark(made.image, NOW)
    ports.images.keep_image(made.image)
    assert not removals.remove_image(made, NOW)
    ports.images.mark(made.image, NOW + 1)
    assert not removals.remove_image(made, NOW)
    assert read(ports, made.image).tags == ("v1",)
    assert removals.uses_of(kept.id, digest("layer"))


def test_an_image_stays_if_its_tags_are_others(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept, "v1", "v2")
    move_tag(ports, kept, "v2", made)
    ports.images.mark(made.image, NOW)
    assert not removals.remove_image(made, NOW)
    assert not removals.archive_image(made, NOW)
    assert read(ports, made.image).tags == ("v1",)


def test_an_image_stays_if_one_tag_was_exchanged_for_another(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept, "v1", "v2")
    move_tag(ports, kept, "v2", made)
    new = NewTag(tag="v3", moved_from=None, max_tags=1000)
    assert ports.images.add_tag(kept, made.image, new) is Commit.DONE
    assert not removals.archive_image(made, NOW)
    ports.images.mark(made.image, NOW)
    assert not removals.remove_image(made, NOW)
    assert set(read(ports, made.image).tags) == {"v1", "v3"}


def test_an_image_that_was_pushed_again_stays(ports: Ports, removals: Removals, kept: Repository):
    earlier = put(ports, kept)
    ports.images.mark(earlier.image, NOW)
    assert removals.remove_image(earlier, NOW)
    again = put(ports, kept)
    assert not removals.remove_image(earlier, NOW)
    assert not removals.archive_image(earlier, NOW)
    assert read(ports, again.image) == again


def test_an_image_is_archived_once(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept, "v1", "v2")
    assert removals.archive_image(made, NOW)
    found = ports.repositories.get(kept.id)
    assert found is not None
    assert found.has_archived
    archived = replace(made.image, storage_class=StorageClass.ARCHIVE, archived_at=NOW)
    assert read(ports, made.image) == TaggedImage(archived, made.tags)
    assert not removals.archive_image(made, NOW + 1)


def test_an_image_that_is_about_to_be_removed_is_not_archived(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept)
    ports.images.mark(made.image, NOW)
    assert not removals.archive_image(made, NOW)


def test_a_use_goes_unless_another_push_has_written_it_again(ports: Ports, removals: Removals, kept: Repository):
    made = put(ports, kept, children=(digest("child"),)).image
    (use,) = removals.uses_of(kept.id, digest("child"))
    assert use == Use(named=digest("child"), by=made.digest, push_id=made.push_id, written_at=made.pushed_at)
    assert {each.named for each in removals.all_uses(kept.id)} == {digest("layer"), digest("child")}
    removals.remove_use(kept.id, replace(use, push_id="earlier"))
    assert removals.uses_of(kept.id, digest("child")) == [use]
    for _ in range(2):
        removals.remove_use(kept.id, use)
    assert removals.uses_of(kept.id, digest("child")) == []


def test_a_layer_is_marked_if_it_is_old_enough_and_then_removed(ports: Ports, removals: Removals, kept: Repository):
    made = layer(ports, kept)
    assert not removals.mark_layer(made, NOW, unused_since=5.0)
    assert not removals.mark_layer(replace(made, upload_id="another"), NOW, unused_since=6.0)
    assert removals.mark_layer(made, NOW, unused_since=5.5)
    content = ContentId(REGISTRY_ID, made.digest, "")
    assert linked_from(ports, content) == [kept.name]
    assert ports.images.look_up(kept.id, Wanted(layers=[made.digest])).marked == {made.digest}
    assert not removals.remove_layer(kept, made, NOW - 1)
    assert removals.remove_layer(kept, made, NOW)
    found = ports.catalog.look_up(kept.id, made.digest, Encryption())
    assert (found.layer, linked_from(ports, content)) == (None, [])
    assert found.blob is not None
    assert not removals.remove_layer(kept, made, NOW)
    assert not removals.mark_layer(made, NOW, unused_since=5.5)


def test_a_push_that_needs_a_layer_clears_its_mark(ports: Ports, removals: Removals, kept: Repository):
    made = layer(ports, kept)
    removals.mark_layer(made, NOW, unused_since=6.0)
    assert ports.images.keep_layer(kept.id, made.digest)
    assert not removals.remove_layer(kept, made, NOW)
    removals.mark_layer(made, NOW, unused_since=6.0)
    assert ports.catalog.confirm([made], NOW) == {made.digest}
    assert not removals.remove_layer(kept, made, NOW)
    assert not removals.mark_layer(made, NOW + 1, unused_since=6.0)
