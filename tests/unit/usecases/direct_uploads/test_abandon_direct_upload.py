"""DELETE of a direct upload."""

import pytest
from moorage.domain.errors import UploadNotFoundError
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.direct_uploads.abandon_direct_upload import abandon_direct_upload

from tests.support.direct.uploads import complete, describe, sent
from tests.support.fakes.world import REGISTRY_ID, World

CONTENT = b"not wanted any more"


def test_an_abandoned_upload_cannot_be_completed_and_is_not_found(world: World):
    upload_id = sent(world, CONTENT)
    abandon_direct_upload(REGISTRY_ID, upload_id, world.ports)
    assert world.head(upload_id).status is UploadStatus.ABANDONED
    with pytest.raises(UploadNotFoundError):
        complete(world, upload_id)
    with pytest.raises(UploadNotFoundError):
        describe(world, upload_id)


def test_abandoning_twice_succeeds_twice(world: World):
    upload_id = sent(world, CONTENT)
    abandon_direct_upload(REGISTRY_ID, upload_id, world.ports)
    abandon_direct_upload(REGISTRY_ID, upload_id, world.ports)


def test_what_became_a_layer_cannot_be_abandoned(world: World):
    upload_id = sent(world, CONTENT)
    complete(world, upload_id)
    with pytest.raises(UploadNotFoundError):
        abandon_direct_upload(REGISTRY_ID, upload_id, world.ports)
    assert world.head(upload_id).status is UploadStatus.COMPLETED


@pytest.mark.parametrize("registry_id", ["999999999999"])
def test_another_registrys_upload_stays(world: World, registry_id: str):
    upload_id = sent(world, CONTENT)
    with pytest.raises(UploadNotFoundError):
        abandon_direct_upload(registry_id, upload_id, world.ports)
    assert world.head(upload_id).status is UploadStatus.OPEN


def test_a_relayed_upload_is_not_a_direct_one(world: World):
    with pytest.raises(UploadNotFoundError):
        abandon_direct_upload(REGISTRY_ID, world.initiate(), world.ports)
