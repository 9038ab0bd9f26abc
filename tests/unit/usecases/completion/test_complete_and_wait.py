"""A completion that meets another worker waits for it, as long as its own budget lasts."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.errors import VerificationInProgressError
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.direct_upload import Lease, Verification
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.completion.complete_and_wait import complete_and_wait

from tests.support.direct.uploads import complete, sent
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of

CONTENT = bytes(range(100))


def request(upload_id: str) -> CompleteLayerUpload:
    return CompleteLayerUpload(
        upload=UploadRef(RepositoryId(REGISTRY_ID, REPOSITORY), upload_id),
        layer_digests=(digest_of(CONTENT),),
    )


@pytest.fixture
def leased(world: World) -> str:
    """An upload that another worker verifies, for the next 60 seconds."""
    upload_id = sent(world, CONTENT)
    upload = world.head(upload_id)
    etag = world.direct.complete_multipart(upload, list(world.direct.list_parts(upload))).etag
    lease = Lease("another worker", world.clock.now + 60)
    world.change_head(upload_id, verification=Verification(object_etag=etag, lease=lease))
    return upload_id


def test_it_sees_the_other_worker_finish(world: World, leased: str):
    began = world.clock.now

    def sleep(seconds: float) -> None:
        world.clock.now += seconds
        if world.clock.now >= began + 5:
            free = replace(world.head(leased).verification, lease=None)  # type: ignore[type-var]
            world.change_head(leased, verification=free)
            complete(world, leased)

    completed = complete_and_wait(request(leased), replace(world.ports, sleep=sleep))
    assert str(completed.layer_digest) == digest_of(CONTENT)
    assert world.clock.now == began + 5


def test_its_patience_is_its_budget(world: World, leased: str):
    began = world.clock.now
    with pytest.raises(VerificationInProgressError):
        complete_and_wait(request(leased), world.ports)
    assert began + 18 < world.clock.now <= began + 20
    assert not world.completions.enqueued


def test_what_it_handed_over_itself_it_does_not_wait_for(world: World):
    upload_id = sent(world, CONTENT)
    stream: Any = world.content.stream

    def slow(*arguments: Any) -> Any:
        for chunk in stream(*arguments):
            world.clock.now += 30
            yield chunk

    world.content.stream = slow  # type: ignore[method-assign]
    with pytest.raises(VerificationInProgressError):
        complete_and_wait(request(upload_id), world.ports)
    assert len(world.completions.enqueued) == 1
