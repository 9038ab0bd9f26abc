"""CompleteLayerUpload: the bytes become a layer once, or nothing changes."""

from dataclasses import replace

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import (
    EmptyUploadError,
    InvalidLayerError,
    LayerAlreadyExistsError,
    LayerPartTooSmallError,
    RepositoryNotFoundError,
    UnavailableError,
    UploadNotFoundError,
)
from moorage.domain.layer import DEFAULT_MEDIA_TYPE, ContentId
from moorage.domain.uploads.upload import UploadStatus

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import after, before, counting, failing_after, failing_before
from tests.support.layers import digest_of

CONTENT = b"0123456789abcdefghij-end"
DIGEST = digest_of(CONTENT)
OTHER = digest_of(b"something else")
STEPS = ["uploads.read", "catalog.look_up", "content.complete_multipart", "catalog.commit"]


def layer_of(world: World, name: str = REPOSITORY):
    return world.records.layers.get((REGISTRY_ID, name, Digest.of(DIGEST)))


def blob_of(world: World):
    return world.records.blobs.get((REGISTRY_ID, Digest.of(DIGEST), ""))


def links_of(world: World) -> int:
    return len(world.records.links_to(ContentId(REGISTRY_ID, Digest.of(DIGEST), "")))


def test_the_bytes_become_a_layer_of_the_repository(world: World):
    upload_id = world.uploaded(CONTENT)
    completed = world.complete(upload_id, DIGEST)

    assert (*completed.upload.repository, completed.upload.upload_id, str(completed.layer_digest)) == (
        REGISTRY_ID,
        REPOSITORY,
        upload_id,
        DIGEST,
    )
    layer, blob = layer_of(world), blob_of(world)
    assert (layer.size_bytes, layer.media_type, layer.upload_id) == (len(CONTENT), DEFAULT_MEDIA_TYPE, upload_id)
    assert (blob.object_key, blob.size_bytes, links_of(world)) == (world.head(upload_id).object_key, len(CONTENT), 1)
    assert world.stored(upload_id) == CONTENT
    assert world.head(upload_id).keeps_object


def test_no_byte_is_read_and_each_step_is_taken_once(world: World):
    upload_id = world.uploaded(CONTENT)
    ports, notes = world.ports, []
    for call in (*STEPS, "content.stream", "content.head"):
        ports, calls = counting(ports, call)
        notes.append(calls)
    world.complete(upload_id, DIGEST, ports=ports)
    assert [len(calls) for calls in notes] == [1, 1, 1, 1, 0, 0]


def test_one_matching_digest_of_several_is_enough(world: World):
    assert str(world.complete(world.uploaded(CONTENT), OTHER, "tarsum.v1+sha512:00", DIGEST).layer_digest) == DIGEST


def test_completing_twice_returns_the_same_answer(world: World):
    upload_id = world.uploaded(CONTENT)
    assert world.complete(upload_id, DIGEST) == world.complete(upload_id, OTHER, DIGEST)
    assert links_of(world) == 1


def test_a_completed_upload_does_not_answer_for_another_digest(world: World):
    upload_id = world.pushed(CONTENT)
    with pytest.raises(InvalidLayerError, match="None of the provided layer digests match"):
        world.complete(upload_id, OTHER)


@pytest.mark.parametrize("call", STEPS)
@pytest.mark.parametrize("fail", [failing_before, failing_after])
def test_a_completion_interrupted_at_any_call_succeeds_when_it_is_sent_again(world: World, call: str, fail):
    upload_id = world.uploaded(CONTENT)
    with pytest.raises(UnavailableError):
        world.complete(upload_id, DIGEST, ports=fail(world.ports, call, UnavailableError()))
    assert str(world.complete(upload_id, DIGEST).layer_digest) == DIGEST
    assert (layer_of(world).size_bytes, links_of(world)) == (len(CONTENT), 1)


def test_no_digest_that_matches_refuses_and_leaves_the_upload_open(world: World):
    upload_id = world.uploaded(CONTENT)
    with pytest.raises(InvalidLayerError, match="None of the provided layer digests match"):
        world.complete(upload_id, OTHER, f"sha256:{DIGEST[7:].upper()}")
    assert layer_of(world) is None
    assert str(world.complete(upload_id, DIGEST).layer_digest) == DIGEST


def test_an_upload_without_parts_is_empty(world: World):
    upload_id = world.initiate()
    with pytest.raises(EmptyUploadError, match=f"'{upload_id}'.*does not have any parts"):
        world.complete(upload_id, digest_of(b""))
    world.send(upload_id, CONTENT)
    world.complete(upload_id, DIGEST)


def test_a_short_part_before_the_last_is_refused(world: World):
    upload_id = world.uploaded(CONTENT, part=9)
    with pytest.raises(LayerPartTooSmallError, match="at least 10 bytes"):
        world.complete(upload_id, DIGEST)
    assert layer_of(world) is None


def test_a_single_part_may_be_of_any_size(world: World):
    world.complete(world.uploaded(b"1"), digest_of(b"1"))


def test_an_unknown_repository_is_named_before_an_unknown_upload(world: World):
    nowhere = "00000000-0000-4000-8000-00000000dead"
    with pytest.raises(RepositoryNotFoundError):
        world.complete(nowhere, DIGEST, name="no/such")
    with pytest.raises(UploadNotFoundError):
        world.complete(nowhere, DIGEST)


def test_another_repositorys_upload_is_not_found_even_when_it_is_completed(world: World):
    world.create("harbour/other")
    upload_id = world.uploaded(CONTENT)
    for _ in range(2):
        with pytest.raises(UploadNotFoundError):
            world.complete(upload_id, DIGEST, name="harbour/other")
        world.complete(upload_id, DIGEST)


def test_an_expired_upload_is_not_found_although_its_record_is_still_there(world: World):
    upload_id = world.uploaded(CONTENT)
    world.clock.now += 1000
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST)


def test_an_abandoned_upload_is_not_found(world: World):
    upload_id = world.uploaded(CONTENT)
    world.ports.uploads.settle(world.head(upload_id), UploadStatus.ABANDONED)
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST)


def test_an_upload_id_is_found_in_any_case(world: World):
    upload_id = world.uploaded(CONTENT)
    assert world.complete(upload_id.upper(), DIGEST).upload.upload_id == upload_id.upper()


# --- the repository has the layer, or the registry the content ---


def test_a_second_upload_of_a_layer_is_told_so_now_and_every_time_again(world: World):
    first, second = world.uploaded(CONTENT), world.uploaded(CONTENT)
    world.complete(first, DIGEST)
    for _ in range(2):
        with pytest.raises(LayerAlreadyExistsError, match=DIGEST):
            world.complete(second, DIGEST)
    assert (layer_of(world).upload_id, links_of(world)) == (first, 1)
    assert (world.head(second).status, world.head(second).keeps_object) == (UploadStatus.SUPERSEDED, False)
    assert world.complete(first, DIGEST).upload.upload_id == first


def test_a_superseded_upload_with_a_wrong_digest_hears_of_the_digest(world: World):
    world.pushed(CONTENT)
    second = world.uploaded(CONTENT)
    with pytest.raises(InvalidLayerError):
        world.complete(second, OTHER)
    assert world.head(second).status is UploadStatus.OPEN


def test_content_that_the_registry_has_is_linked_and_not_stored_again(world: World):
    world.create("harbour/other")
    first = world.pushed(CONTENT)
    second = world.pushed(CONTENT, "harbour/other")
    assert layer_of(world, "harbour/other").upload_id == second
    assert (blob_of(world).object_key, links_of(world)) == (world.head(first).object_key, 2)
    assert world.head(second).object_key not in world.content.objects
    assert not world.head(second).keeps_object


# --- races ---


@pytest.mark.parametrize("call", STEPS)
def test_two_completions_of_one_upload_get_the_same_answer(world: World, call: str):
    upload_id = world.uploaded(CONTENT)
    rival = lambda: world.complete(upload_id, DIGEST)  # noqa: E731
    for weave in (before, after):
        assert str(world.complete(upload_id, DIGEST, ports=weave(world.ports, call, rival)).layer_digest) == DIGEST
    assert links_of(world) == 1


@pytest.mark.parametrize("call", STEPS[1:])
def test_of_two_uploads_of_one_layer_exactly_one_commits(world: World, call: str):
    ours, theirs = world.uploaded(CONTENT), world.uploaded(CONTENT)
    rival = lambda: world.complete(theirs, DIGEST)  # noqa: E731
    with pytest.raises(LayerAlreadyExistsError):
        world.complete(ours, DIGEST, ports=before(world.ports, call, rival))
    assert (layer_of(world).upload_id, links_of(world)) == (theirs, 1)
    assert world.head(ours).status is UploadStatus.SUPERSEDED


def test_two_uploads_of_one_layer_that_lost_an_answer_still_agree_on_the_winner(world: World):
    ours, theirs = world.uploaded(CONTENT), world.uploaded(CONTENT)
    with pytest.raises(UnavailableError):
        world.complete(ours, DIGEST, ports=failing_after(world.ports, "catalog.commit", UnavailableError()))
    with pytest.raises(LayerAlreadyExistsError):
        world.complete(theirs, DIGEST)
    assert world.complete(ours, DIGEST).upload.upload_id == ours


def test_a_part_that_comes_during_the_commit_makes_the_caller_come_again(world: World):
    upload_id = world.uploaded(CONTENT[:20])
    rival = lambda: world.send(upload_id, CONTENT[20:])  # noqa: E731
    with pytest.raises(UnavailableError):
        world.complete(
            upload_id, digest_of(CONTENT[:20]), ports=before(world.ports, "content.complete_multipart", rival)
        )
    with pytest.raises(InvalidLayerError, match="not the ones that were received"):
        world.complete(upload_id, DIGEST)
    assert layer_of(world) is None


def test_a_part_that_comes_during_a_link_is_not_lost(world: World):
    world.create("harbour/other")
    world.pushed(CONTENT[:20], "harbour/other")
    upload_id = world.uploaded(CONTENT[:20])
    rival = lambda: world.send(upload_id, CONTENT[20:])  # noqa: E731
    with pytest.raises(UnavailableError):
        world.complete(upload_id, digest_of(CONTENT[:20]), ports=before(world.ports, "catalog.commit", rival))
    world.complete(upload_id, DIGEST)
    assert world.stored(upload_id) == CONTENT


def test_an_upload_whose_record_vanishes_during_the_commit_is_not_found(world: World):
    upload_id = world.uploaded(CONTENT)
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST, ports=before(world.ports, "catalog.commit", world.records.uploads.clear))
    assert layer_of(world) is None


# --- the repository changes under the upload ---


def test_an_upload_of_a_deleted_repository_names_the_repository(world: World):
    upload_id = world.uploaded(CONTENT)
    world.delete()
    with pytest.raises(RepositoryNotFoundError):
        world.complete(upload_id, DIGEST)


def test_an_upload_does_not_outlive_its_repository_into_the_next_of_that_name(world: World):
    upload_id = world.uploaded(CONTENT)
    world.delete()
    world.create()
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST)


def test_a_completed_upload_of_a_repository_that_was_deleted_and_created_again_is_not_found(world: World):
    upload_id = world.pushed(CONTENT)
    world.delete()
    world.create()
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST)


@pytest.mark.parametrize(("then", "refusal"), [("", RepositoryNotFoundError), ("create", UploadNotFoundError)])
def test_a_repository_deleted_during_the_commit_gets_no_layer(world: World, then: str, refusal: type[Exception]):
    upload_id = world.uploaded(CONTENT)

    def rival() -> None:
        world.delete()
        if then:
            world.create()

    with pytest.raises(refusal):
        world.complete(upload_id, DIGEST, ports=before(world.ports, "catalog.commit", rival))
    assert (layer_of(world), blob_of(world)) == (None, None)


# --- what S3 holds is not what was recorded ---


def voided(world: World, upload_id: str) -> None:
    """The completion says that the upload is void, says so again, and nothing came of it."""
    for _ in range(2):
        with pytest.raises(InvalidLayerError, match="not the ones that were received"):
            world.complete(upload_id, DIGEST)
    assert world.head(upload_id).status is UploadStatus.FAILED
    assert layer_of(world) is None


def test_a_part_record_that_is_missing_voids_the_upload(world: World):
    upload_id = world.uploaded(CONTENT)
    del world.records.parts[upload_id][2]
    voided(world, upload_id)


def test_a_part_record_of_another_size_voids_the_upload(world: World):
    upload_id = world.uploaded(CONTENT)
    parts = world.records.parts[upload_id]
    parts[2] = replace(parts[2], size_bytes=9)
    voided(world, upload_id)


def test_a_stored_part_that_was_replaced_voids_the_upload(world: World):
    upload_id = world.uploaded(CONTENT)
    world.content.multiparts[world.head(upload_id).multipart_id].parts[1] = b"9876543210"
    voided(world, upload_id)


def test_an_aborted_multipart_upload_is_not_found(world: World):
    upload_id = world.uploaded(CONTENT)
    world.content.multiparts.clear()
    with pytest.raises(UploadNotFoundError):
        world.complete(upload_id, DIGEST)


def test_a_voided_upload_found_completed_meanwhile_answers_as_completed(world: World):
    upload_id = world.uploaded(CONTENT)
    del world.records.parts[upload_id][2]

    def rival() -> None:
        world.change_head(upload_id, status=UploadStatus.COMPLETED, digest=Digest.of(DIGEST))

    assert (
        world.complete(upload_id, DIGEST, ports=before(world.ports, "uploads.settle", rival)).upload.upload_id
        == upload_id
    )
