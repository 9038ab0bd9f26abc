"""The reaper: it deletes what a record says is over, and never what a layer needs."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidLayerError, LayerAlreadyExistsError
from moorage.domain.layer import ContentId
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.ports.reaper import ReaperPorts
from moorage.usecases.reaper.handle_record_change import Change, handle_record_change

from tests.support.fakes.memory_content import MemoryMultipart, MemoryObject
from tests.support.fakes.memory_reaper import reaper_of
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.interleaving import before, counting
from tests.support.layers import digest_of
from tests.support.records import ANNOUNCED

CONTENT = b"0123456789abcdefghij-end"
DIGEST = digest_of(CONTENT)
CONTENT_ID = ContentId(REGISTRY_ID, Digest.of(DIGEST), "")
LAYER_KEY = (REGISTRY_ID, REPOSITORY, Digest.of(DIGEST))


@pytest.fixture
def reaper(world: World) -> ReaperPorts:
    return reaper_of(world)


def follow(reaper: Any, was: Any, now: Any) -> Any:
    """Follow a change twice: streams deliver at least once."""
    for _ in range(2):
        handle_record_change(Change(was, now), reaper)


def test_the_object_of_a_completed_upload_that_became_the_blob_stays(world: World, reaper: ReaperPorts):
    upload_id = world.uploaded(CONTENT)
    was = world.head(upload_id)
    world.complete(upload_id, DIGEST)
    follow(reaper, was, world.head(upload_id))
    follow(reaper, world.head(upload_id), None)
    assert world.stored(upload_id) == CONTENT


def test_a_completed_upload_that_was_linked_leaves_nothing(world: World, reaper: ReaperPorts):
    world.create("harbour/other")
    first, second = world.pushed(CONTENT, "harbour/other"), world.uploaded(CONTENT)
    was = world.head(second)
    world.complete(second, DIGEST)
    follow(reaper, was, world.head(second))
    assert not world.content.multiparts
    assert list(world.content.objects) == [world.head(first).object_key]


def test_an_object_joined_by_a_completion_that_lost_goes(world: World, reaper: ReaperPorts):
    ours, theirs = world.uploaded(CONTENT), world.uploaded(CONTENT)
    was = world.head(ours)
    rival = lambda: world.complete(theirs, DIGEST)  # noqa: E731
    with pytest.raises(LayerAlreadyExistsError):
        world.complete(ours, DIGEST, ports=before(world.ports, "catalog.commit", rival))
    assert world.stored(ours) == CONTENT
    follow(reaper, was, world.head(ours))
    assert list(world.content.objects) == [world.head(theirs).object_key]


def test_an_open_upload_that_goes_on_keeps_everything(world: World, reaper: ReaperPorts):
    upload_id = world.uploaded(CONTENT[:20])
    was = world.head(upload_id)
    world.send(upload_id, CONTENT[20:])
    follow(reaper, was, world.head(upload_id))
    follow(reaper, None, was)
    world.complete(upload_id, DIGEST)


@pytest.mark.parametrize("status", [UploadStatus.ABANDONED, UploadStatus.FAILED])
def test_a_record_that_is_written_when_its_upload_is_settled_leaves_nothing(
    world: World, reaper: ReaperPorts, status: UploadStatus
):
    open_upload = world.head(world.uploaded(CONTENT))
    world.content.objects[open_upload.object_key] = MemoryObject(CONTENT, "etag", Encryption())
    follow(reaper, None, replace(open_upload, status=status, failure="of other bytes"))
    assert not world.content.objects
    announced: Any = reaper.announcements
    assert [event.detail["failure-reason"] for event in announced.events] == ["InvalidLayerException"] * (
        2 if status is UploadStatus.FAILED else 0
    )


def test_an_upload_that_expired_leaves_nothing(reaper: ReaperPorts, narrow: World):
    upload_id = narrow.initiate()
    narrow.send(upload_id, b"1234")
    narrow.send(upload_id, b"5678")
    assert len(narrow.content.objects) == 2
    follow(reaper_of(narrow), narrow.head(upload_id), None)
    assert (narrow.content.objects, narrow.content.multiparts) == ({}, {})


@pytest.mark.parametrize("leaves_tails", [False, True])
def test_tails_are_listed_only_in_a_registry_that_has_them(world: World, narrow: World, leaves_tails: bool):
    """S3 charges for each list."""
    of = narrow if leaves_tails else world
    reaper, lists = counting(reaper_of(of), "garbage.delete_tails")
    upload_id = of.uploaded(CONTENT)
    was = of.head(upload_id)
    of.complete(upload_id, DIGEST)
    follow(reaper, was, of.head(upload_id))
    follow(reaper, of.head(upload_id), None)
    assert bool(lists) is leaves_tails


def test_a_failed_upload_is_collected_and_announced(world: World, reaper: ReaperPorts):
    upload_id = world.uploaded(CONTENT)
    was = world.head(upload_id)
    del world.records.parts[upload_id][2]
    with pytest.raises(InvalidLayerError):
        world.complete(upload_id, DIGEST)
    handle_record_change(Change(was, world.head(upload_id)), reaper)
    assert not world.content.multiparts
    (event,) = reaper.announcements.events
    assert (event.detail["result"], event.detail["upload-id"]) == ("FAILURE", upload_id)


def test_an_upload_is_collected_when_it_leaves_open_and_not_when_it_changes_again(world: World, reaper: ReaperPorts):
    upload_id = world.pushed(CONTENT)
    completed = world.head(upload_id)
    follow(reaper, completed, replace(completed, keeps_object=False))
    assert world.stored(upload_id) == CONTENT


def test_a_new_layer_is_announced(world: World, reaper: ReaperPorts):
    upload_id = world.pushed(CONTENT)
    handle_record_change(Change(None, world.records.layers[LAYER_KEY]), reaper)
    (event,) = reaper.announcements.events
    assert event.detail == {
        "action-type": "PUSH",
        "result": "SUCCESS",
        "registry-id": REGISTRY_ID,
        "repository-name": REPOSITORY,
        "layer-digest": DIGEST,
        "layer-size-in-bytes": len(CONTENT),
        "layer-media-type": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "upload-id": upload_id,
    }


def test_an_object_is_deleted_when_another_one_takes_its_place(world: World, reaper: ReaperPorts):
    former_key = world.head(world.pushed(CONTENT)).object_key
    was = world.records.blobs[CONTENT_ID]
    world.records.blobs[CONTENT_ID] = replace(was, object_key="blobs/another")
    follow(reaper, was, world.records.blobs[CONTENT_ID])
    assert former_key not in world.content.objects


def test_an_interrupted_deletion_is_finished(world: World, reaper: ReaperPorts):
    world.pushed(CONTENT)
    was = world.records.repositories[REGISTRY_ID, REPOSITORY]
    closed = world.ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, REPOSITORY), forced=True, closed_until=2_000_000_000
    )
    follow(reaper, was, closed)
    assert (world.records.repositories, world.records.layers) == ({}, {})
    assert not world.records.links


def test_an_old_deletions_event_does_not_touch_the_next_repository_of_the_name(world: World, reaper: ReaperPorts):
    was = world.records.repositories[REGISTRY_ID, REPOSITORY]
    closed = replace(was, deleting=True)
    world.delete()
    world.create()
    world.pushed(CONTENT)
    follow(reaper, was, closed)
    assert LAYER_KEY in world.records.layers
    assert len(world.records.links_to(CONTENT_ID)) == 1
    assert world.ports.repositories.get(RepositoryId(REGISTRY_ID, REPOSITORY))


def test_a_whole_object_that_did_not_become_a_layer_goes_and_no_multipart_upload_is_aborted(
    world: World, reaper: ReaperPorts
):
    ours = world.change_head(world.uploaded(CONTENT), transfer=ANNOUNCED, multipart_id="")
    world.content.put_object(ours, [CONTENT], len(CONTENT), bytes.fromhex(DIGEST[7:]))
    world.content.multiparts[""] = MemoryMultipart(ours.object_key, ours.encryption)
    follow(reaper, ours, replace(ours, status=UploadStatus.SUPERSEDED))
    assert not world.content.objects
    assert "" in world.content.multiparts
