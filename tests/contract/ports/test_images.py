"""The ports `Images` and `ManifestStore`."""

import uuid
from dataclasses import replace
from hashlib import sha256
from typing import Any

from moorage.adapters.dynamodb import gates
from moorage.adapters.dynamodb.conditional_writes import write_together
from moorage.adapters.dynamodb.images.images import DynamoDbImages
from moorage.domain.digest import Digest
from moorage.domain.images.image import PULL_TIME_SECONDS, Image, TaggedImage
from moorage.domain.layer import Blob, Layer
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import Commit, Lookup, NewTag, Wanted
from moorage.usecases.ports.records import LayerLookup
from moorage.usecases.ports.settings import PullTimeExclusion

from tests.support.records import REGISTRY_ID, upload

EXCLUDED = "arn:aws:iam::123456789012:role/scanner"


def digest(text: str) -> Digest:
    return Digest.of_hash(sha256(text.encode()).digest())


def image(kept: Repository, text: str = "one", **changed: Any) -> Image:
    """An image to keep, with every member that a new one can have."""
    members: dict[str, Any] = {
        "repository": kept.id,
        "digest": digest(text),
        "push_id": str(uuid.uuid4()),
        "media_type": "application/vnd.oci.image.manifest.v1+json",
        "artifact_type": "a/b",
        "manifest_bytes": 3,
        "size_bytes": 2**40,
        "pushed_at": 1_700_000_000.125,
        "layers": (digest("layer"), digest("config")),
        "children": (digest("child"),),
        "subject": digest("subject"),
        "content": b"\x00\xff\n",
    }
    return Image(**{**members, **changed})


def new(tag: str, moved_from: Image | None = None, max_tags: int = 1000) -> NewTag:
    return NewTag(tag=tag, moved_from=moved_from and moved_from.digest, max_tags=max_tags)


def put(ports: Ports, kept: Repository, text: str = "one", *tags: str, **changed: Any) -> Image:
    """An image that is committed, with these tags; as it is read."""
    made = image(kept, text, **changed)
    assert ports.images.commit(kept, made, None) is Commit.DONE
    for tag in tags:
        assert ports.images.add_tag(kept, made, new(tag)) is Commit.DONE
    return replace(made, tag_count=len(tags))


def read(ports: Ports, made: Image) -> TaggedImage | None:
    return ports.images.read(made.repository, made.digest)


def test_an_image_is_read_as_it_was_committed(ports: Ports, kept: Repository):
    for made in (
        image(kept, "one", tag_count=1),
        image(kept, "two", tag_count=1, content=None, object_key="k", artifact_type=None, subject=None, children=()),
    ):
        tag = made.digest.hex[:5]
        assert ports.images.commit(kept, made, new(tag)) is Commit.DONE
        assert read(ports, made) == TaggedImage(made, (tag,))
        found = ports.images.look_up(kept.id, Wanted(digests=[made.digest], tags=[tag]))
        assert found == Lookup(repository=kept, images={made.digest: made}, tags={tag: made.digest})


def test_nothing_is_found_where_nothing_is(ports: Ports, kept: Repository):
    wanted = Wanted(digests=[digest("absent")], tags=["absent"], layers=[digest("absent")], principals=[EXCLUDED])
    assert ports.images.look_up(kept.id, wanted) == Lookup(repository=kept)
    assert ports.images.look_up(RepositoryId(REGISTRY_ID, f"{kept.name}/absent"), wanted) == Lookup(repository=None)
    assert ports.images.read(kept.id, digest("absent")) is None
    assert list(ports.images.list_from(kept.id, None, 10)) == []


def test_more_than_a_hundred_records_are_looked_up(ports: Ports, kept: Repository):
    tags = [f"t{number}" for number in range(150)]
    made = put(ports, kept, "one", "t7", "t149")
    found = ports.images.look_up(kept.id, Wanted(tags=tags, digests=[made.digest, made.digest]))
    assert found.tags == {"t7": made.digest, "t149": made.digest}


def add_layer(ports: Ports, kept: Repository) -> tuple[Layer, Blob]:
    """A layer of content that no other repository has."""
    pushed = upload(kept.name)
    ports.uploads.create(pushed)
    layer = Layer(repository=kept.id, digest=digest("layer"), size_bytes=7, upload_id=pushed.upload_id, created_at=1.5)
    blob = Blob(
        registry_id=REGISTRY_ID,
        digest=layer.digest,
        encryption=Encryption("KMS", kept.name),
        object_key=pushed.object_key,
        size_bytes=7,
        verified_at=1.5,
    )
    assert ports.catalog.commit(pushed, layer, blob, found=LayerLookup(None, None, None)).applied
    return layer, blob


def test_layers_are_looked_up(ports: Ports, kept: Repository):
    layer, _ = add_layer(ports, kept)
    found = ports.images.look_up(kept.id, Wanted(layers=[layer.digest, digest("absent")]))
    assert found == Lookup(repository=kept, layers={layer.digest: layer})
    assert ports.images.keep_layer(kept.id, layer.digest)
    assert not ports.images.keep_layer(kept.id, digest("absent"))


def test_an_excluded_principal_is_seen(ports: Ports, kept: Repository):
    arn = f"{EXCLUDED}/{kept.name}"
    assert not ports.images.look_up(kept.id, Wanted(principals=[arn])).is_excluded
    ports.settings.add_exclusion(REGISTRY_ID, PullTimeExclusion(arn, 1.5))
    assert ports.images.look_up(kept.id, Wanted(principals=[EXCLUDED, arn])).is_excluded


def test_an_image_is_committed_once(ports: Ports, kept: Repository):
    made = put(ports, kept)
    assert ports.images.commit(kept, image(kept), new("v1")) is Commit.CONFLICT
    assert read(ports, made) == TaggedImage(made)
    assert not ports.images.look_up(kept.id, Wanted(tags=["v1"])).tags


def test_a_tag_moves_from_the_image_that_was_read(ports: Ports, kept: Repository):
    one, two = put(ports, kept, "one", "v1", "v2"), put(ports, kept, "two")
    for moved_from in (None, image(kept, "absent")):
        assert ports.images.add_tag(kept, two, new("v1", moved_from)) is Commit.CONFLICT
        assert ports.images.commit(kept, image(kept, "three"), new("v1", moved_from)) is Commit.CONFLICT
    assert ports.images.add_tag(kept, two, new("v1", one)) is Commit.DONE
    assert read(ports, one) == TaggedImage(replace(one, tag_count=1), ("v2",))
    assert read(ports, two) == TaggedImage(replace(two, tag_count=1), ("v1",))
    three = image(kept, "three", tag_count=1)
    assert ports.images.commit(kept, three, new("v2", one)) is Commit.DONE
    assert read(ports, one) == TaggedImage(replace(one, tag_count=0))
    assert read(ports, three) == TaggedImage(three, ("v2",))


def test_only_the_image_that_was_read_is_tagged(ports: Ports, kept: Repository):
    made = put(ports, kept, "one", "v1")
    assert ports.images.add_tag(kept, replace(made, push_id="another"), new("v2")) is Commit.CONFLICT
    assert ports.images.add_tag(kept, made, new("v2", max_tags=1)) is Commit.CONFLICT
    assert ports.images.add_tag(kept, image(kept, "absent"), new("v2")) is Commit.CONFLICT
    assert read(ports, made) == TaggedImage(made, ("v1",))


def test_an_image_that_is_about_to_be_deleted_takes_no_tag(ports: Ports, kept: Repository):
    made = put(ports, kept)
    assert ports.images.mark(made, 5.5)
    marked = replace(made, deleting_at=5.5)
    assert read(ports, made) == TaggedImage(marked)
    assert ports.images.add_tag(kept, made, new("v1")) is Commit.CONFLICT
    assert not ports.images.keep_image(replace(made, push_id="another"))
    assert ports.images.keep_image(made)
    assert ports.images.add_tag(kept, made, new("v1")) is Commit.DONE


def test_a_repository_that_is_being_deleted_takes_nothing(ports: Ports, kept: Repository):
    made = put(ports, kept)
    close(ports, kept)
    assert not ports.images.record_uses(kept, image(kept, "two"), None)
    assert ports.images.commit(kept, image(kept, "two"), None) is Commit.CLOSED
    assert ports.images.add_tag(kept, made, new("v1")) is Commit.CLOSED


def test_uses_of_everything_that_an_image_names_are_recorded(ports: Ports, kept: Repository):
    many = image(kept, layers=tuple(digest(str(number)) for number in range(250)))
    assert ports.images.record_uses(kept, many, None)
    assert ports.images.record_uses(kept, many, None)
    assert ports.images.record_uses(kept, replace(many, layers=(), children=()), None)


def test_images_are_listed_in_the_order_of_their_digests_with_their_tags(ports: Ports, kept: Repository):
    made = sorted((put(ports, kept, str(number), *"ba"[: number % 3]) for number in (0, 1)), key=lambda one: one.digest)
    both = put(ports, kept, "both", "z", "y")
    listed = sorted([*made, both], key=lambda one: one.digest)
    tags = {both.digest: ("y", "z"), made[0].digest: (), made[1].digest: ()}
    tags |= {one.digest: ("b",) for one in made if one.tag_count}
    expected = [TaggedImage(one, tags[one.digest]) for one in listed]
    for page_size in (1, 2, 100):
        assert list(ports.images.list_from(kept.id, None, page_size)) == expected
        for place, one in enumerate(listed):
            assert list(ports.images.list_from(kept.id, one.digest, page_size)) == expected[place:]


def test_a_pull_is_recorded_once_a_day(ports: Ports, kept: Repository):
    made = put(ports, kept)
    for now, recorded in ((9.5, 9.5), (PULL_TIME_SECONDS, 9.5), (PULL_TIME_SECONDS + 9.5, PULL_TIME_SECONDS + 9.5)):
        ports.images.record_pull(made, now)
        assert read(ports, made) == TaggedImage(replace(made, pulled_at=recorded))
    ports.images.record_pull(replace(made, push_id="another"), 10 * PULL_TIME_SECONDS)
    ports.images.record_pull(image(kept, "absent"), 1)
    assert read(ports, made) == TaggedImage(replace(made, pulled_at=recorded))
    assert read(ports, image(kept, "absent")) is None


def test_a_large_manifest_comes_back_byte_for_byte(ports: Ports, name: str):
    key = ports.manifests.manifest_key(REGISTRY_ID, name)
    assert ports.manifests.get_manifest(key) is None
    ports.manifests.put_manifest(key, b"\x00\xff" * 100, Encryption())
    assert ports.manifests.get_manifest(key) == b"\x00\xff" * 100


def close(ports: Ports, kept: Repository) -> None:
    """Begin the deletion of a repository as DeleteRepository does."""
    ports.repositories.begin_deletion(kept.id, forced=True, closed_until=2_000_000_000)
    if isinstance(ports.images, DynamoDbImages):
        gate = gates.repository_gate(kept.id, kept.incarnation)
        write_together(ports.images._connection, lambda transaction: gates.close(transaction, gate, 2_000_000_000))


def test_content_that_is_lost_is_found_where_it_is_looked_for(ports: Ports, kept: Repository):
    layer, blob = add_layer(ports, kept)
    wanted = Wanted(layers=[layer.digest], contents=[layer.digest], encryption=blob.encryption)
    assert ports.images.look_up(kept.id, wanted).lost == frozenset()
    ports.catalog.mark_lost(blob, 1.0)
    assert ports.images.look_up(kept.id, wanted).lost == {layer.digest}
    assert ports.images.look_up(kept.id, Wanted(layers=[layer.digest])).lost == frozenset()
    of_no_record = Wanted(contents=[layer.digest])  # of another encryption
    assert ports.images.look_up(kept.id, of_no_record).lost == {layer.digest}


def test_a_layer_is_archived_once_all_images_that_use_it_are(ports: Ports, kept: Repository):
    first, second = put(ports, kept, "one"), put(ports, kept, "two", layers=(digest("layer"),))
    for made in (first, second):
        assert ports.images.record_uses(kept, made, None)
    named = [digest("layer"), digest("config"), digest("of no image")]
    assert ports.images.only_archived(kept.id, named) == frozenset()
    assert ports.images.change_storage_class(first, StorageClass.ARCHIVE, 1_700_000_001.5)
    assert ports.images.only_archived(kept.id, named) == {digest("config")}
    assert ports.images.change_storage_class(second, StorageClass.ARCHIVE, 1_700_000_002.5)
    assert ports.images.only_archived(kept.id, named) == {digest("config"), digest("layer")}
    assert ports.images.change_storage_class(second, StorageClass.STANDARD, 1_700_000_003.5)
    assert ports.images.only_archived(kept.id, named) == {digest("config")}


def test_an_image_that_is_only_being_pushed_does_not_count(ports: Ports, kept: Repository):
    made = put(ports, kept)
    for each in (made, image(kept, "two")):
        assert ports.images.record_uses(kept, each, None)
    assert ports.images.change_storage_class(made, StorageClass.ARCHIVE, 1_700_000_001.5)
    assert ports.images.only_archived(kept.id, [digest("layer")]) == {digest("layer")}


def test_a_repository_knows_that_an_image_of_it_was_archived(ports: Ports, kept: Repository):
    made = put(ports, kept)
    assert ports.images.change_storage_class(made, StorageClass.STANDARD, 1_700_000_001.5)
    assert not found_repository(ports, kept).has_archived
    for storage_class in (StorageClass.ARCHIVE, StorageClass.STANDARD):
        assert ports.images.change_storage_class(made, storage_class, 1_700_000_002.5)
        assert found_repository(ports, kept) == replace(kept, has_archived=True)


def found_repository(ports: Ports, kept: Repository) -> Repository:
    found = ports.repositories.get(kept.id)
    assert found is not None
    return found
