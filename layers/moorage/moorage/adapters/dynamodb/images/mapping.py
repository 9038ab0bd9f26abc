"""Converts the records of images to domain values, and back."""

from typing import Any

from moorage.adapters.dynamodb.images.models import ImageItem, PendingManifestItem, ReferrerItem, TagItem, UseItem
from moorage.adapters.dynamodb.keys import (
    image_sk,
    push_sk,
    referrer_sk,
    repository_of_pk,
    repository_pk,
    tag_sk,
    use_sk,
)
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, ImageTag, PendingManifest
from moorage.domain.lifecycle.policy import StorageClass


def image_key(image: Image) -> ImageItem:
    """The record of an image, by its key alone."""
    return ImageItem(repository_pk(image.repository), image_sk(image.digest))


def image_item(image: Image) -> ImageItem:
    """The record of an image."""
    return ImageItem(
        repository_pk(image.repository),
        image_sk(image.digest),
        digest=str(image.digest),
        push_id=image.push_id,
        media_type=image.media_type,
        artifact_type=image.artifact_type,
        manifest_bytes=image.manifest_bytes,
        size_bytes=image.size_bytes,
        pushed_at=image.pushed_at,
        layers=[str(each) for each in image.layers],
        children=[str(each) for each in image.children],
        subject=None if image.subject is None else str(image.subject),
        content=image.content,
        object_key=image.object_key,
        tag_count=image.tag_count,
        pulled_at=image.pulled_at,
        storage_class=image.storage_class.value,
        archived_at=image.archived_at,
        restored_at=image.restored_at,
        deleting_at=image.deleting_at,
    )


def image_of(item: ImageItem) -> Image:
    """The image of a record; its repository is in the key."""
    return Image(
        repository=repository_of_pk(item.pk),
        digest=Digest.of(item.digest),
        push_id=item.push_id,
        media_type=item.media_type,
        artifact_type=item.artifact_type,
        manifest_bytes=int(item.manifest_bytes),
        size_bytes=int(item.size_bytes),
        pushed_at=float(item.pushed_at),
        layers=tuple(Digest.of(each) for each in item.layers),
        children=tuple(Digest.of(each) for each in item.children),
        subject=None if item.subject is None else Digest.of(item.subject),
        content=item.content,
        object_key=item.object_key,
        tag_count=int(item.tag_count),
        pulled_at=_time(item.pulled_at),
        storage_class=StorageClass(item.storage_class),
        archived_at=_time(item.archived_at),
        restored_at=_time(item.restored_at),
        deleting_at=_time(item.deleting_at),
    )


def tag_item(image: Image, tag: str) -> TagItem:
    """The record of a tag that points to this image."""
    return TagItem(
        repository_pk(image.repository),
        tag_sk(tag),
        tag=tag,
        digest=str(image.digest),
        media_type=image.media_type,
        artifact_type=image.artifact_type,
        is_referrer=True if image.subject is not None else None,
    )


def tag_of(item: TagItem) -> ImageTag:
    """The tag of a record."""
    return ImageTag(
        repository=repository_of_pk(item.pk),
        tag=item.tag,
        digest=Digest.of(item.digest),
        media_type=item.media_type,
        artifact_type=item.artifact_type,
        is_referrer=bool(item.is_referrer),
    )


def use_item(image: Image, named: Digest) -> UseItem:
    """The record of a use: it protects a layer or image that an image names."""
    return UseItem(
        repository_pk(image.repository),
        use_sk(named, image.digest),
        digest=str(image.digest),
        push_id=image.push_id,
        written_at=image.pushed_at,
    )


def pending_item(pending: PendingManifest) -> PendingManifestItem:
    """The record of a manifest's object whose image is not committed yet."""
    return PendingManifestItem(
        repository_pk(pending.repository),
        push_sk(pending.push_id),
        digest=str(pending.digest),
        push_id=pending.push_id,
        object_key=pending.object_key,
        expires_at=pending.expires_at,
    )


def pending_of(item: PendingManifestItem) -> PendingManifest:
    """The pending manifest of a record."""
    return PendingManifest(
        repository=repository_of_pk(item.pk),
        digest=Digest.of(item.digest),
        push_id=item.push_id,
        object_key=item.object_key,
        expires_at=int(item.expires_at or 0),
    )


def referrer_item(image: Image) -> ReferrerItem:
    """The referrer record: leads from the subject to the artifact."""
    key = referrer_sk(image.subject, image.digest)
    return ReferrerItem(repository_pk(image.repository), key, digest=str(image.digest))


def _time(value: Any) -> float | None:
    return None if value is None else float(value)
