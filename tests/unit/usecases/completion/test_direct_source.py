"""The end of direct uploads: completed, refused, failed, overtaken."""

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import (
    EmptyUploadError,
    InvalidLayerError,
    LayerAlreadyExistsError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.uploads.upload import UploadStatus

from tests.support.direct.uploads import begin, complete, describe, replaced, sent
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import after, before, counting, failing_after
from tests.support.layers import digest_of

CONTENT = b"a layer that goes straight to S3"
DIGEST = digest_of(CONTENT)


def test_a_sent_layer_is_committed(world: World):
    upload_id = sent(world, CONTENT, media_type="a/b")
    assert str(complete(world, upload_id).layer_digest) == DIGEST
    layer = world.records.layers[REGISTRY_ID, REPOSITORY, Digest.of(DIGEST)]
    assert (layer.size_bytes, layer.media_type, layer.upload_id) == (len(CONTENT), "a/b", upload_id)
    assert world.head(upload_id).keeps_object


def test_the_ecr_operation_completes_it_too(world: World):
    assert str(world.complete(sent(world, CONTENT), "sha256:" + "0" * 64, DIGEST).layer_digest) == DIGEST


def test_completing_twice_answers_the_same(world: World):
    upload_id = sent(world, CONTENT)
    assert complete(world, upload_id) == complete(world, upload_id) == world.complete(upload_id, DIGEST)


def test_a_client_may_have_joined_the_parts_itself(world: World):
    upload_id = sent(world, CONTENT)
    upload = world.head(upload_id)
    world.direct.complete_multipart(upload, list(world.direct.list_parts(upload)))
    assert str(complete(world, upload_id).layer_digest) == DIGEST


def test_a_join_whose_answer_was_lost_is_found_again(world: World):
    upload_id = sent(world, CONTENT)
    with pytest.raises(UnavailableError):
        complete(world, upload_id, ports=failing_after(world.ports, "direct.complete_multipart", UnavailableError()))
    assert str(complete(world, upload_id).layer_digest) == DIGEST


def test_without_any_part_there_is_nothing_to_complete(world: World):
    upload_id = begin(world, CONTENT).upload.upload_id
    with pytest.raises(EmptyUploadError):
        complete(world, upload_id)


def test_missing_parts_are_named_and_can_still_be_sent(world: World):
    page = begin(world, CONTENT)
    world.direct.send(page.upload, 1, CONTENT[:10])
    world.direct.send(page.upload, 3, CONTENT[20:29])
    with pytest.raises(InvalidLayerError, match=r"3 of the layer's 4 parts .*: 2, 3, 4$"):
        complete(world, page.upload.upload_id)
    for number, first in ((2, 10), (3, 20), (4, 30)):
        world.direct.send(page.upload, number, CONTENT[first : first + 10])
    assert str(complete(world, page.upload.upload_id).layer_digest) == DIGEST


def test_a_part_that_is_sent_again_during_the_join_makes_the_caller_come_again(world: World):
    upload_id = sent(world, CONTENT)
    resend = lambda: world.direct.send(world.head(upload_id), 1, b"0123456789")  # noqa: E731
    with pytest.raises(UnavailableError):
        complete(world, upload_id, ports=before(world.ports, "direct.complete_multipart", resend))
    assert world.head(upload_id).status is UploadStatus.OPEN


def test_another_digest_than_claimed_is_refused_and_changes_nothing(world: World):
    upload_id = sent(world, CONTENT)
    with pytest.raises(InvalidLayerError):
        world.complete(upload_id, "sha256:" + "0" * 64)
    assert describe(world, upload_id).status == "uploading"


def test_bytes_that_do_not_hash_to_the_claim_fail_the_upload(world: World):
    upload_id = sent(world, CONTENT, layer_digest="sha256:" + "0" * 64)
    for _ in range(2):
        with pytest.raises(InvalidLayerError, match=f"hashes to {DIGEST} instead of sha256:00"):
            complete(world, upload_id)
    state = describe(world, upload_id)
    assert state.status == "failed"
    assert isinstance(state.failure, InvalidLayerError)
    assert not world.records.layers
    assert not world.records.blobs


def test_an_object_of_another_size_fails_the_upload(world: World):
    upload_id = sent(world, CONTENT)
    upload = world.head(upload_id)
    world.direct.complete_multipart(upload, list(world.direct.list_parts(upload))[:3])
    with pytest.raises(InvalidLayerError, match="holds 30 bytes instead of 32"):
        complete(world, upload_id)
    assert world.head(upload_id).status is UploadStatus.FAILED


def test_an_object_that_was_replaced_during_verification_fails_the_upload(world: World):
    upload_id = sent(world, CONTENT)
    swap = lambda: replaced(world, world.head(upload_id), CONTENT)  # noqa: E731
    with pytest.raises(InvalidLayerError):
        complete(world, upload_id, ports=before(world.ports, "content.stream", swap))
    assert world.head(upload_id).status is UploadStatus.FAILED


def test_content_that_came_meanwhile_is_linked_after_our_own_bytes_were_verified(world: World):
    upload_id = sent(world, CONTENT)
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    ports, reads = counting(world.ports, "content.stream")
    assert str(complete(world, upload_id, ports=ports).layer_digest) == DIGEST
    assert reads
    assert not world.head(upload_id).keeps_object


def test_a_layer_that_came_meanwhile_supersedes_the_upload(world: World):
    upload_id = sent(world, CONTENT)
    world.pushed(CONTENT)
    for _ in range(2):
        with pytest.raises(LayerAlreadyExistsError):
            complete(world, upload_id)
    state = describe(world, upload_id)
    assert (state.status, type(state.failure)) == ("failed", LayerAlreadyExistsError)


@pytest.mark.parametrize("sent_bytes", [b"", b"other bytes", CONTENT[:-1], CONTENT + b"!"])
def test_nobody_gets_content_that_the_registry_has_by_its_digest_alone(world: World, sent_bytes: bytes):
    world.create("harbour/other")
    upload_id = sent(world, sent_bytes or b"!", layer_digest=DIGEST)
    world.pushed(CONTENT, "harbour/other")
    if not sent_bytes:
        world.content.multiparts[world.head(upload_id).multipart_id].parts.clear()
    with pytest.raises((InvalidLayerError, EmptyUploadError)) as refused:
        complete(world, upload_id)
    assert str(len(CONTENT)) not in str(refused.value)
    assert not world.head(upload_id).digest
    assert len(world.records.layers) == 1


def test_content_that_goes_away_at_the_commit_is_replaced_by_ours(world: World):
    upload_id = sent(world, CONTENT)
    world.create("harbour/other")
    world.pushed(CONTENT, "harbour/other")
    ports = before(world.ports, "catalog.commit", world.records.collect)
    assert str(complete(world, upload_id, ports=ports).layer_digest) == DIGEST
    assert world.head(upload_id).keeps_object


def test_an_upload_of_a_deleted_repository_is_not_committed(world: World):
    upload_id = sent(world, CONTENT)
    world.delete()
    with pytest.raises(UploadNotFoundError):
        complete(world, upload_id)
    world.create()
    with pytest.raises(UploadNotFoundError):
        complete(world, upload_id)
    assert not world.records.layers


def test_an_upload_that_was_abandoned_during_verification_is_not_committed(world: World):
    upload_id = sent(world, CONTENT)
    end = lambda: world.change_head(upload_id, status=UploadStatus.ABANDONED)  # noqa: E731
    with pytest.raises(UploadNotFoundError):
        complete(world, upload_id, ports=after(world.ports, "verifications.checkpoint", end))
    assert not world.records.layers


def test_an_expired_upload_is_not_found(world: World):
    upload_id = sent(world, CONTENT)
    world.clock.now += 1000
    with pytest.raises(UploadNotFoundError):
        complete(world, upload_id)
