"""BatchCheckLayerAvailability."""

import pytest
from moorage.domain.errors import RepositoryNotFoundError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.layers.batch_check_layer_availability import (
    BatchCheckLayerAvailability,
    batch_check_layer_availability,
)

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of

PRESENT, ABSENT = digest_of(b"present"), digest_of(b"absent")
FOREIGN = "tarsum.v1+md5:00ff"


def check(world: World, *digests: str, name: str = REPOSITORY):
    query = BatchCheckLayerAvailability(repository=RepositoryId(REGISTRY_ID, name), layer_digests=digests)
    found = batch_check_layer_availability(query, world.ports)
    return [str(layer.digest) for layer in found.available], list(found.missing), list(found.malformed)


def test_each_digest_is_in_exactly_one_place(world: World):
    world.pushed(b"present")
    asked = (ABSENT, "nonsense", PRESENT, FOREIGN, "sha256:00", PRESENT, "")
    assert check(world, *asked) == ([PRESENT], [ABSENT, FOREIGN], ["nonsense", "sha256:00", ""])


def test_a_layer_is_available_the_moment_its_completion_has_answered(world: World):
    upload_id = world.uploaded(b"present")
    assert check(world, PRESENT) == ([], [PRESENT], [])
    world.complete(upload_id, PRESENT)
    assert check(world, PRESENT) == ([PRESENT], [], [])


def test_another_repositorys_layer_is_not_available(world: World):
    world.create("harbour/other")
    world.pushed(b"present")
    assert check(world, PRESENT, name="harbour/other") == ([], [PRESENT], [])


def test_a_digest_spelled_in_upper_case_is_another_digest(world: World):
    world.pushed(b"present")
    shouted = f"sha256:{PRESENT[7:].upper()}"
    assert check(world, shouted) == ([], [shouted], [])


def test_an_unknown_repository_is_named(world: World):
    with pytest.raises(RepositoryNotFoundError):
        check(world, PRESENT, name="no/such")
