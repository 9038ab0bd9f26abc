"""The look-up that most operations begin with."""

import pytest
from moorage.domain.errors import RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.repositories._find_repository import explain_missing_upload, find_repository

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World


def test_a_repository_is_found_in_its_own_registry_only(world: World):
    assert find_repository(RepositoryId(REGISTRY_ID, REPOSITORY), world.ports).name == REPOSITORY
    with pytest.raises(RepositoryNotFoundError, match="'harbour/anchor' does not exist in the registry with id '9999"):
        find_repository(RepositoryId("999999999999", REPOSITORY), world.ports)


def test_a_repository_being_deleted_is_gone(world: World):
    world.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, REPOSITORY), forced=True, closed_until=2_000_000_000
    )
    with pytest.raises(RepositoryNotFoundError):
        find_repository(RepositoryId(REGISTRY_ID, REPOSITORY), world.ports)


def test_a_missing_upload_is_explained_by_its_repository_first(world: World):
    assert isinstance(explain_missing_upload(world.ref("id"), world.ports), UploadNotFoundError)
    assert isinstance(explain_missing_upload(world.ref("id", "no/such"), world.ports), RepositoryNotFoundError)
