"""The port `Collection`: what decides whether content is collected, beside commits that link to it."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from moorage.adapters.dynamodb.item import Item, connection
from moorage.adapters.dynamodb.keys import blob_pk, expiry_sk
from moorage.adapters.dynamodb.layers.collection import DynamoDbCollection
from moorage.adapters.dynamodb.layers.mapping import blob_key, expiry_of_item
from moorage.adapters.dynamodb.layers.models import BlobItem, ExpiryItem
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Layer
from moorage.domain.repositories.repository import Encryption, Repository
from moorage.usecases.ports import Ports
from moorage.usecases.ports.reaper import Collection
from moorage.usecases.ports.records import LayerLookup, UploadWrite

from tests.support.fakes.memory_catalog import MemoryCatalog
from tests.support.fakes.memory_reaper import MemoryCollection
from tests.support.records import REGISTRY_ID, linked_from, repository, upload

LATER = 4_000_000_000
RACING = 24


@pytest.fixture
def collection(ports: Ports) -> Collection:
    """The port, on the same records."""
    catalog = ports.catalog
    return MemoryCollection(catalog.records) if isinstance(catalog, MemoryCatalog) else DynamoDbCollection(connection())


class Content:
    """Content of the test's own, and repositories that link to it."""

    def __init__(self, ports: Ports, name: str, encryption: Encryption | None = None) -> None:
        self.ports, self.name, self.encryption = ports, name, encryption or Encryption()
        self.digest = Digest.of_hash(sha256(name.encode()).digest())
        self.id = ContentId(REGISTRY_ID, self.digest, self.encryption.sharing_id)

    def repository(self, suffix: str) -> Repository:
        """A repository."""
        made = repository(f"{self.name}/{suffix}", encryption=self.encryption)
        self.ports.repositories.create(made)
        return made

    def link(self, suffix: str, found: Blob | None, *, own_object: bool = False) -> UploadWrite:
        """Commit a layer in a new repository; `found` is the content as read before."""
        kept = self.repository(suffix)
        of = upload(kept.name, received_bytes=10, encryption=self.encryption)
        self.ports.uploads.create(of)
        layer = Layer(repository=kept.id, digest=self.digest, size_bytes=10, upload_id=of.upload_id, created_at=5.5)
        own = Blob(
            registry_id=REGISTRY_ID,
            digest=self.digest,
            encryption=self.encryption,
            object_key=of.object_key,
            size_bytes=10,
            verified_at=1_700_000_000.5,
        )
        blob = own if own_object or found is None else found
        return self.ports.catalog.commit(of, layer, blob, found=LayerLookup(kept, None, found))

    def unlink(self, suffix: str) -> None:
        """Delete the repository by force."""
        kept = repository(f"{self.name}/{suffix}", encryption=self.encryption)
        self.ports.repositories.begin_deletion(kept.id, forced=True, closed_until=LATER)
        for layers in self.ports.catalog.layers_of(kept.id):
            self.ports.catalog.unlink(kept, layers)

    def links(self) -> list[str]:
        """Which repositories have a link to it."""
        return [name.rpartition("/")[2] for name in linked_from(self.ports, self.id)]


@pytest.fixture
def content(ports: Ports, name: str) -> Content:
    """Content without a link."""
    made = Content(ports, name)
    assert made.link("first", None).applied
    made.unlink("first")
    return made


def read(collection: Collection, content: Content) -> Blob:
    found = collection.get(content.id)
    assert found is not None
    return found


def test_content_is_linked_as_long_as_a_layer_needs_it(ports: Ports, name: str, collection: Collection):
    content = Content(ports, name)
    assert not collection.is_linked(content.id)
    content.link("one", None)
    content.link("two", read(collection, content))
    content.unlink("one")
    assert collection.is_linked(content.id)
    content.unlink("two")
    assert not collection.is_linked(content.id)
    assert collection.get(content.id) is not None


def test_content_has_the_links_of_its_own_encryption_only(ports: Ports, name: str, collection: Collection):
    sealed = Content(ports, name, Encryption("KMS", "alias/one"))
    sealed.link("sealed", None)
    assert collection.is_linked(sealed.id)
    for other in ("", "KMS#", "KMS#alias/o", "KMS#alias/one/more"):
        assert not collection.is_linked(sealed.id._replace(sharing_id=other))
        assert collection.get(sealed.id._replace(sharing_id=other)) is None


def test_content_without_links_is_removed(content: Content, collection: Collection):
    blob = read(collection, content)
    collection.close(blob, "run", LATER)
    assert collection.remove(blob, "run")
    assert collection.get(content.id) is None
    assert not collection.remove(blob, "run")


def test_closed_content_is_not_linked_to(content: Content, collection: Collection):
    blob = read(collection, content)
    collection.close(blob, "run", LATER)
    late = content.link("late", blob)
    assert (late.applied, late.content_is_closed) == (False, True)
    assert content.links() == []
    assert collection.remove(blob, "run")


def test_removed_content_is_not_linked_to_by_who_has_read_it_before(content: Content, collection: Collection):
    blob = read(collection, content)
    collection.close(blob, "run", LATER)
    collection.remove(blob, "run")
    late = content.link("late", blob)
    assert (late.applied, late.content_is_closed) == (False, True)
    assert content.link("again", None).applied
    assert content.links() == ["again"]
    assert not content.link("very-late", blob).applied


def test_content_that_was_opened_again_is_linked_to_and_not_removed(content: Content, collection: Collection):
    blob = read(collection, content)
    collection.close(blob, "run", LATER)
    collection.reopen(blob, "run")
    collection.reopen(blob, "run")
    assert not collection.remove(blob, "run")
    assert content.link("late", blob).applied


def test_only_the_run_that_closed_it_last_opens_or_removes_it(content: Content, collection: Collection):
    blob = read(collection, content)
    collection.close(blob, "first run", LATER)
    collection.close(blob, "second run", LATER)
    collection.reopen(blob, "first run")
    assert not content.link("late", blob).applied
    assert not collection.remove(blob, "first run")
    assert collection.remove(blob, "second run")


def test_a_push_gives_closed_content_an_object_of_its_own(content: Content, collection: Collection):
    former = read(collection, content)
    collection.close(former, "run", LATER)
    assert content.link("pushed", former, own_object=True).applied
    assert read(collection, content).object_key != former.object_key
    assert not collection.remove(former, "run")
    assert content.link("more", read(collection, content)).applied
    assert content.links() == ["more", "pushed"]


def test_content_that_has_another_object_by_now_is_not_removed(content: Content, collection: Collection):
    """A run may have read the content before a push gave it another object, and have closed the former one's gate."""
    former = read(collection, content)
    content.link("pushed", former, own_object=True)
    content.unlink("pushed")
    assert not collection.close(former, "run", LATER)
    collection.reopen(former, "run")
    assert not content.link("too-late", former).applied, "the push has closed the former object's gate for good"
    assert content.link("late", read(collection, content)).applied
    assert not collection.remove(former, "run")
    assert collection.get(content.id) is not None


def expiry_of(collection: Collection, content: Content) -> int | None:
    if isinstance(collection, MemoryCollection):
        return collection.records.expiries.get(content.id)
    key = (blob_pk(REGISTRY_ID, content.digest), expiry_sk(content.encryption.sharing_id))
    item = next(iter(Item.batch_get([key], consistent_read=True)), None)
    return expiry_of_item(item).expires_at if isinstance(item, ExpiryItem) else None


def test_the_last_expiry_counts(content: Content, collection: Collection):
    assert expiry_of(collection, content) is None
    for expires_at in (LATER + 1, LATER + 2, LATER):
        collection.schedule(content.id, expires_at)
        assert expiry_of(collection, content) == expires_at


def test_the_record_of_an_object_can_be_removed_twice(content: Content, collection: Collection):
    object_key = read(collection, content).object_key
    for _ in range(2):
        collection.forget_object(object_key)
    assert collection.get(content.id) is not None


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto is not safe under races
def test_links_and_collectors_at_one_time_never_miss_each_other(ports: Ports, name: str, collection: Collection):
    for number in range(4):
        content = Content(ports, f"{name}/{number}")
        content.link("first", None)
        content.unlink("first")
        blob = read(collection, content)

        def link(suffix: int, content: Content = content, blob: Blob = blob) -> None:
            content.link(f"r{suffix}", blob)

        def collect(run: int, content: Content = content, blob: Blob = blob) -> None:
            collection.close(blob, f"run {run}", LATER)
            if collection.is_linked(content.id):
                collection.reopen(blob, f"run {run}")
            else:
                collection.remove(blob, f"run {run}")

        with ThreadPoolExecutor(6) as threads:
            for place in range(RACING):
                threads.submit(link if place % 2 else collect, place)
        assert (collection.get(content.id) is None) == (content.links() == [])


@pytest.mark.parametrize("ports", ["moto", "engines"], indirect=True)  # nothing writes records of version 1 in memory
def test_a_record_of_version_1_is_never_removed(content: Content, collection: Collection):
    blob = read(collection, content)
    BlobItem(*blob_key(content.id)).update(actions=[BlobItem.refs.set(0)])
    assert read(collection, content).is_of_version_1
    collection.close(blob, "run", LATER)
    assert not collection.remove(blob, "run")
