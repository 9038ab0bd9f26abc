"""The events that changes of images and tags have: those of Amazon ECR, for each change that a user sees."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, ImageTag
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.reaper.handle_record_change import Change, handle_record_change

from tests.support.fakes.memory_reaper import reaper_of
from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.images import CONFIG_TYPE
from tests.support.layers import digest_of

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
IMAGE = Image(
    repository=RepositoryId(REGISTRY_ID, REPOSITORY),
    digest=Digest.of(digest_of(b"image")),
    push_id="push",
    media_type=MANIFEST_TYPE,
    artifact_type=CONFIG_TYPE,
    manifest_bytes=5,
    size_bytes=7,
    pushed_at=1.5,
)
TAGGED = replace(IMAGE, tag_count=1)
TAG = ImageTag(
    repository=IMAGE.repository, tag="v1", digest=IMAGE.digest, media_type=MANIFEST_TYPE, artifact_type=CONFIG_TYPE
)
MOVED = replace(TAG, digest=Digest.of(digest_of(b"another image")))
ARCHIVED = replace(TAGGED, storage_class=StorageClass.ARCHIVE, archived_at=10.0)
RESTORED = replace(ARCHIVED, storage_class=StorageClass.STANDARD, restored_at=1_760_123_582.74)
ARTIFACT = replace(IMAGE, subject=TAG.digest)


def published(world: World, before: Any, after: Any) -> list[Any]:
    reaper: Any = reaper_of(world)
    acted = handle_record_change(Change(before, after), reaper)
    events: list[Any] = reaper.announcements.events
    assert acted == bool(events)
    return events


@pytest.mark.parametrize(
    ("before", "after", "action", "tag", "digest"),
    [
        (None, TAG, "PUSH", "v1", TAG.digest),
        (TAG, MOVED, "PUSH", "v1", MOVED.digest),
        (MOVED, None, "DELETE", "v1", MOVED.digest),
        (None, IMAGE, "PUSH", None, IMAGE.digest),
        (IMAGE, None, "DELETE", None, IMAGE.digest),
        (replace(IMAGE, object_key="manifests/one"), None, "DELETE", None, IMAGE.digest),
    ],
)
def test_a_change_that_users_see_has_the_event_of_ecr(
    world: World, before: Any, after: Any, action: str, tag: str | None, digest: Digest
):
    (event,) = published(world, before, after)
    assert event.detail_type == "ECR Image Action"
    assert event.detail == {
        "result": "SUCCESS",
        "repository-name": REPOSITORY,
        "image-digest": str(digest),
        "action-type": action,
        "manifest-media-type": MANIFEST_TYPE,
        "artifact-media-type": CONFIG_TYPE,
    } | ({"image-tag": tag} if tag else {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, TAGGED),  # its tag has the event
        (IMAGE, TAGGED),
        (TAGGED, replace(TAGGED, deleting_at=5.0)),
        (TAGGED, replace(TAGGED, pulled_at=5.0)),
        (TAG, replace(TAG, media_type=None)),
    ],
)
def test_a_change_that_no_user_sees_has_none(world: World, before: Any, after: Any):
    assert published(world, before, after) == []


def test_archiving_and_restoring_have_the_event_of_a_storage_class(world: World):
    (archived,) = published(world, TAGGED, ARCHIVED)
    assert (archived.detail["action-type"], archived.detail["target-storage-class"]) == (
        "UPDATE_STORAGE_CLASS",
        "ARCHIVE",
    )
    assert "last-activated-at" not in archived.detail
    (restored,) = published(world, ARCHIVED, RESTORED)
    assert restored.detail["target-storage-class"] == "STANDARD"
    assert restored.detail["last-activated-at"] == "2025-10-10T19:13:02.740Z"
    assert not published(world, RESTORED, replace(RESTORED, tag_count=2))


@pytest.mark.parametrize(
    ("before", "after"), [(None, ARTIFACT), (ARTIFACT, None), (None, replace(TAG, is_referrer=True))]
)
def test_an_artifact_with_a_subject_has_the_event_of_a_referrer(world: World, before: Any, after: Any):
    (event,) = published(world, before, after)
    assert event.detail_type == "ECR Referrer Action"


def test_a_media_type_that_is_not_known_is_left_out(world: World):
    (event,) = published(world, replace(TAG, media_type=None, artifact_type=None), None)
    assert not {"manifest-media-type", "artifact-media-type"} & event.detail.keys()


def test_the_manifest_of_an_image_that_was_removed_goes(world: World):
    world.content.objects["manifests/one"] = b"manifest"
    published(world, replace(IMAGE, object_key="manifests/one"), None)
    assert not world.content.objects
