"""InitiateLayerUpload."""

import pytest
from moorage.domain.errors import RepositoryNotFoundError, UnavailableError
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.relay_progress import RelayProgress
from moorage.domain.uploads.upload import Upload
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload

from tests.support.fakes.world import PART, REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import failing_before


def test_an_upload_begins_empty_and_with_the_part_size_that_fits_the_api(world: World):
    command = InitiateLayerUpload(repository=RepositoryId(REGISTRY_ID, REPOSITORY))
    initiated = initiate_layer_upload(command, world.ports)
    head = world.head(initiated.upload_id)
    assert initiated.part_size_bytes == PART
    assert head == Upload(
        ref=world.ref(initiated.upload_id),
        repository_incarnation=world.records.repositories[REGISTRY_ID, REPOSITORY].incarnation,
        encryption=Encryption(),
        object_key=f"blobs/{REGISTRY_ID}/{initiated.upload_id}",
        multipart_id=head.multipart_id,
        initiated_at=1_000_000.5,
        expires_at=1_001_000,
        transfer=RelayProgress(min_part_bytes=PART),
    )
    assert world.content.multiparts[head.multipart_id].object_key == head.object_key


def test_the_upload_is_encrypted_as_its_repository_is(world: World):
    world.create("harbour/sealed", Encryption("KMS", "alias/one"))
    head = world.head(world.initiate("harbour/sealed"))
    assert world.content.multiparts[head.multipart_id].encryption == Encryption("KMS", "alias/one")


def test_every_upload_has_an_id_of_its_own(world: World):
    assert world.initiate() != world.initiate()


def test_an_unknown_repository_begins_nothing(world: World):
    with pytest.raises(RepositoryNotFoundError):
        world.initiate("no/such")
    assert not world.content.multiparts


def test_a_record_that_could_not_be_written_leaves_no_upload(world: World):
    whole = world.ports
    world.ports = failing_before(whole, "uploads.create", UnavailableError())
    with pytest.raises(UnavailableError):
        world.initiate()
    assert not world.records.uploads
