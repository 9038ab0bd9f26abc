"""The port `LayerCatalog`."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Layer
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup, UploadWrite

from tests.support.records import REGISTRY_ID, changed_upload, linked_from, repository, upload

SEALED = Encryption("KMS", "alias/one")
STATE = HashState(pending=b"state", length=5)


class Shelves:
    """A repository of the test's own, and what a commit in it is made of."""

    def __init__(self, ports: Ports, name: str) -> None:
        self.ports, self.name = ports, name
        self.repository = repository(name)
        ports.repositories.create(self.repository)

    def digest(self, number: int = 0) -> Digest:
        """A digest that no other test has."""
        return Digest.of_hash(sha256(f"{self.name} {number}".encode()).digest())

    def open_upload(self, name: str | None = None, **changed: Any) -> Upload:
        """A new upload, kept."""
        made = upload(name or self.name, received_bytes=10, **changed)
        self.ports.uploads.create(made)
        return made

    def layer(self, of: Upload, number: int = 0) -> Layer:
        """The layer that the upload is to become."""
        return Layer(
            repository=of.repository,
            digest=self.digest(number),
            size_bytes=10,
            upload_id=of.upload_id,
            created_at=1_700_000_002.25,
        )

    def blob(self, of: Upload, number: int = 0) -> Blob:
        """Its content."""
        return Blob(
            registry_id=REGISTRY_ID,
            digest=self.digest(number),
            encryption=of.encryption,
            object_key=of.object_key,
            size_bytes=10,
            verified_at=1_700_000_002.25,
        )

    def commit(self, of: Upload, number: int = 0, *, blob: Blob | None = None) -> UploadWrite:
        """Commit it; `blob` is one to link to."""
        made = blob or self.blob(of, number)
        return self.ports.catalog.commit(
            of, self.layer(of, number), made, found=LayerLookup(self.repository, None, blob)
        )

    def lookup(self, name: str | None = None, number: int = 0, encryption: Encryption | None = None) -> LayerLookup:
        """Look the digest up."""
        return self.ports.catalog.look_up(
            RepositoryId(REGISTRY_ID, name or self.name), self.digest(number), encryption or Encryption()
        )

    def links(self, number: int = 0, encryption: Encryption | None = None) -> list[str]:
        """The names of the repositories that have a link to the content."""
        sharing_id = (encryption or Encryption()).sharing_id
        return linked_from(self.ports, ContentId(REGISTRY_ID, self.digest(number), sharing_id))

    def another(self, suffix: str = "other", **changed: Any) -> Repository:
        """A second repository."""
        made = repository(f"{self.name}/{suffix}", **changed)
        self.ports.repositories.create(made)
        return made


@pytest.fixture
def shelves(ports: Ports, name: str) -> Shelves:
    return Shelves(ports, name)


def test_a_commit_writes_layer_and_blob_and_completes_the_upload(shelves: Shelves):
    of = shelves.open_upload(hash_state=STATE)
    assert shelves.commit(of).applied
    assert shelves.lookup() == LayerLookup(shelves.repository, shelves.layer(of), shelves.blob(of))
    assert shelves.ports.uploads.get(of.upload_id) == replace(
        of, status=UploadStatus.COMPLETED, digest=shelves.digest(), hash_state=None, keeps_object=True
    )


def test_a_commit_that_links_leaves_the_contents_record_and_keeps_no_object(shelves: Shelves):
    first, other = shelves.open_upload(), shelves.another()
    shelves.commit(first)
    second = shelves.open_upload(other.name)
    assert shelves.commit(second, blob=shelves.lookup(other.name).blob).applied
    assert shelves.lookup(other.name).blob == shelves.blob(first)
    assert shelves.links() == [shelves.name, other.name]
    assert not shelves.ports.uploads.get(second.upload_id).keeps_object


def nothing_came_of(shelves: Shelves, of: Upload, written: UploadWrite, found: Upload | None) -> None:
    assert (written.applied, written.current) == (False, found)
    kept = shelves.ports.uploads.get(of.upload_id)
    assert kept is None or kept.status is not UploadStatus.COMPLETED or kept.digest != shelves.digest(7)


def test_a_layer_is_committed_once(shelves: Shelves):
    first, second = shelves.open_upload(), shelves.open_upload()
    shelves.commit(first)
    for blob in (None, shelves.blob(first)):
        nothing_came_of(shelves, second, shelves.commit(second, blob=blob), found=second)
    assert shelves.lookup() == LayerLookup(shelves.repository, shelves.layer(first), shelves.blob(first))


def test_a_blob_that_is_there_is_not_written_over(shelves: Shelves):
    first, other = shelves.open_upload(), shelves.another()
    shelves.commit(first)
    second = shelves.open_upload(other.name)
    nothing_came_of(shelves, second, shelves.commit(second), found=second)
    assert shelves.lookup(other.name) == LayerLookup(other, None, shelves.blob(first))


def replaced(shelves: Shelves, former: Blob) -> Blob:
    """Another upload's object takes the place of the former one, in a repository of its own."""
    other = shelves.another("replacing")
    of = shelves.open_upload(other.name)
    written = shelves.ports.catalog.commit(
        of, shelves.layer(of), shelves.blob(of), found=LayerLookup(other, None, former)
    )
    assert written.applied
    return shelves.blob(of)


def test_a_blob_takes_another_object_and_keeps_its_links(shelves: Shelves):
    first = shelves.open_upload()
    shelves.commit(first)
    now = replaced(shelves, shelves.blob(first))
    assert shelves.lookup().blob == now
    assert shelves.links() == [shelves.name, f"{shelves.name}/replacing"]


def test_a_blob_that_has_another_object_by_now_is_not_linked_to_as_it_was(shelves: Shelves):
    """Otherwise the collector, which closes the gate of the new object, could miss the link."""
    first, other = shelves.open_upload(), shelves.another()
    shelves.commit(first)
    replaced(shelves, shelves.blob(first))
    late = shelves.open_upload(other.name)
    written = shelves.commit(late, blob=shelves.blob(first))
    nothing_came_of(shelves, late, written, found=late)
    assert shelves.links() == [shelves.name, f"{shelves.name}/replacing"]
    again = shelves.ports.catalog.commit(
        late, shelves.layer(late), shelves.blob(late), found=LayerLookup(other, None, shelves.blob(first))
    )
    nothing_came_of(shelves, late, again, found=late)


@pytest.mark.parametrize("how", ["deleting", "another incarnation", "gone"])
def test_a_repository_that_is_not_the_uploads_gets_no_layer(shelves: Shelves, how: str):
    of = shelves.open_upload()
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    if how != "deleting":
        shelves.ports.repositories.finish_deletion(shelves.repository)
    if how == "another incarnation":
        shelves.ports.repositories.create(repository(shelves.name, "second"))
    nothing_came_of(shelves, of, shelves.commit(of), found=of)
    assert (shelves.lookup().layer, shelves.lookup().blob) == (None, None)


def test_an_upload_that_is_not_as_it_was_is_not_committed_and_comes_back(shelves: Shelves):
    of = shelves.open_upload()
    longer = changed_upload(of, received_bytes=20)
    nothing_came_of(shelves, of, shelves.commit(longer), found=of)
    shelves.ports.uploads.settle(of, UploadStatus.ABANDONED)
    nothing_came_of(shelves, of, shelves.commit(of), found=replace(of, status=UploadStatus.ABANDONED))
    nothing_came_of(shelves, upload(shelves.name), shelves.commit(upload(shelves.name)), found=None)
    assert shelves.lookup() == LayerLookup(shelves.repository, None, None)


def test_the_same_commit_again_finds_the_upload_completed(shelves: Shelves):
    of = shelves.open_upload()
    shelves.commit(of)
    again = shelves.commit(of)
    assert (again.applied, again.current.status, again.current.digest) == (
        False,
        UploadStatus.COMPLETED,
        shelves.digest(),
    )
    assert shelves.links() == [shelves.name]


def test_content_is_found_by_its_encryption(shelves: Shelves):
    sealed = shelves.another(encryption=SEALED)
    plain, secret = shelves.open_upload(), shelves.open_upload(sealed.name, encryption=SEALED)
    assert shelves.commit(plain).applied
    assert shelves.commit(secret).applied
    assert shelves.lookup().blob == shelves.blob(plain)
    assert shelves.lookup(sealed.name, encryption=SEALED).blob == shelves.blob(secret)
    assert shelves.lookup(encryption=Encryption("KMS", "alias/two")).blob is None


def test_a_look_up_without_a_digest_is_of_the_repository_alone(shelves: Shelves):
    assert shelves.ports.catalog.look_up(RepositoryId(REGISTRY_ID, shelves.name), None, Encryption()) == LayerLookup(
        shelves.repository, None, None
    )
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    assert shelves.lookup() == LayerLookup(None, None, None)


def filled(shelves: Shelves, count: int) -> list[Layer]:
    """So many layers."""
    layers = []
    for number in range(count):
        of = shelves.open_upload()
        shelves.commit(of, number)
        layers.append(shelves.layer(of, number))
    return layers


def test_layers_are_found_by_their_digests(shelves: Shelves):
    layers = filled(shelves, 3)
    asked = [shelves.digest(number) for number in range(100)]
    found = shelves.ports.catalog.find_layers(RepositoryId(REGISTRY_ID, shelves.name), asked)
    assert found == {layer.digest: layer for layer in layers}
    assert shelves.ports.catalog.find_layers(RepositoryId(REGISTRY_ID, shelves.name), []) == {}
    assert shelves.ports.catalog.find_layers(RepositoryId("999999999999", shelves.name), asked) == {}


def unlinked(shelves: Shelves, layers: list[Layer]) -> None:
    shelves.ports.catalog.unlink(shelves.repository, layers)


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto copies its table for each transaction
def test_every_layer_is_listed_and_removed(shelves: Shelves):
    layers = filled(shelves, 27)  # more than one transaction takes
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    pages = list(shelves.ports.catalog.layers_of(RepositoryId(REGISTRY_ID, shelves.name)))
    assert sorted((layer for page in pages for layer in page), key=lambda one: one.digest) == sorted(
        layers, key=lambda one: one.digest
    )
    for _ in range(2):
        for page in pages:
            unlinked(shelves, page)
    assert list(shelves.ports.catalog.layers_of(RepositoryId(REGISTRY_ID, shelves.name))) == []
    assert not any(shelves.links(number) for number in range(27))


def test_layers_that_are_already_removed_are_skipped(shelves: Shelves):
    layers = filled(shelves, 3)
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    unlinked(shelves, layers[1:2])
    unlinked(shelves, layers)
    assert [shelves.links(number) for number in range(3)] == [[], [], []]
    assert list(shelves.ports.catalog.layers_of(RepositoryId(REGISTRY_ID, shelves.name))) == []


def test_layers_of_a_repository_in_use_are_not_removed(shelves: Shelves):
    layers = filled(shelves, 2)
    unlinked(shelves, layers)
    assert [shelves.lookup(number=number).layer for number in range(2)] == layers
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    shelves.ports.catalog.unlink(repository(shelves.name, "second"), layers)
    assert [shelves.links(number) for number in range(2)] == [[shelves.name]] * 2


def test_a_layer_without_a_content_record_is_removed_too(shelves: Shelves):
    """Records that contradict each other: a layer whose content is kept under another encryption."""
    sealed = shelves.open_upload(encryption=SEALED)
    shelves.commit(sealed)
    shelves.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, shelves.name), forced=True, closed_until=2_000_000_000
    )
    unlinked(shelves, [shelves.layer(sealed)])
    assert list(shelves.ports.catalog.layers_of(RepositoryId(REGISTRY_ID, shelves.name))) == []
    assert shelves.links(encryption=SEALED) == [shelves.name]


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto is not safe under races
def test_of_many_commits_of_one_layer_exactly_one_is_done(shelves: Shelves):
    uploads = [shelves.open_upload() for _ in range(12)]
    with ThreadPoolExecutor(6) as threads:
        done = [written.applied for written in threads.map(shelves.commit, uploads)]
    assert done.count(True) == 1
    winner = uploads[done.index(True)]
    assert shelves.lookup() == LayerLookup(shelves.repository, shelves.layer(winner), shelves.blob(winner))
    completed = [one for one in uploads if shelves.ports.uploads.get(one.upload_id).status is UploadStatus.COMPLETED]
    assert completed == [winner]


@pytest.mark.parametrize("ports", ["memory", "engines"], indirect=True)  # moto is not safe under races
def test_links_from_many_repositories_at_one_time_are_all_kept(shelves: Shelves):
    first = shelves.open_upload()
    shelves.commit(first)
    uploads = [shelves.open_upload(shelves.another(f"r{number}").name) for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda of: shelves.commit(of, blob=shelves.blob(first)).applied, uploads))
    assert all(done)
    assert len(shelves.links()) == 9


def test_layers_are_confirmed_together_and_those_that_are_gone_are_left_out(shelves: Shelves):
    layers = []
    for number in range(3):
        of = shelves.open_upload()
        shelves.commit(of, number)
        layers.append(shelves.layer(of, number))
    gone = replace(layers[0], digest=shelves.digest(7))
    of_an_earlier_push = replace(layers[1], upload_id="earlier")
    confirmed = shelves.ports.catalog.confirm([layers[0], gone, of_an_earlier_push, layers[2]], 1_800_000_000.5)
    assert confirmed == {layers[0].digest, layers[2].digest}
    found = [shelves.lookup(number=number).layer for number in range(3)]
    assert [layer and layer.last_confirmed_at for layer in found] == [1_800_000_000.5, None, 1_800_000_000.5]
    assert shelves.ports.catalog.confirm([gone], 1_800_000_001.5) == frozenset()
    assert shelves.lookup(number=7).layer is None
