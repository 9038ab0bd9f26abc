"""Finds the faults of images: what they name, their manifests, and the records that belong to them.

An image has a use for each layer or image that it names, a referrer if it has a subject, and a reverse tag record for
each tag that points to it (docs/adr/0045). Images of a repository that is being deleted are not checked: its deletion
removes all of them.
"""

from collections import Counter
from collections.abc import Iterator

from moorage.domain.images.image import USE_SECONDS, Image
from moorage.usecases.fsck._fault import TTL_SECONDS, Fault, Finding
from moorage.usecases.fsck._subject import ImageKey, PushKey
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import ImageRow, RowKind


def image_faults(look: Look, now: float) -> Iterator[Finding]:
    """Every fault of images and of their records."""
    layers = {(layer.repository, layer.digest) for layer in look.layers}
    there = layers | look.images.keys()
    tags = Counter((row.repository, row.digest) for row in look.rows if row.kind is RowKind.TAG)
    for image in look.images.values():
        repository = look.repositories.get(image.repository)
        if repository is None:
            yield Finding(Fault.IMAGE_WITHOUT_REPOSITORY, ImageKey.of(image), "its repository has no record")
        elif not repository.deleting:
            missing = [str(named) for named in image.named if (image.repository, named) not in there]
            if missing:
                yield Finding(Fault.IMAGE_NAMES_MISSING, ImageKey.of(image), f"not there: {', '.join(missing)}")
            yield from _manifest(image, look)
            yield from _records(image, tags[image.repository, image.digest], look)
    for row in look.rows:
        yield from _row(row, look, now)
    yield from _pending(look, now)


def _manifest(image: Image, look: Look) -> Iterator[Finding]:
    if ImageKey.of(image) in look.damaged_manifests:
        yield Finding(Fault.MANIFEST_MISMATCH, ImageKey.of(image), "its record holds a manifest of another digest")
    if image.object_key is None:
        return
    stored = look.objects.get(image.object_key)
    if stored is None or stored.size_bytes != image.manifest_bytes:
        found = "missing" if stored is None else f"{stored.size_bytes} bytes"
        detail = f"{image.object_key} is {found} instead of {image.manifest_bytes} bytes"
        yield Finding(Fault.IMAGE_WITHOUT_MANIFEST, ImageKey.of(image), detail)


def _records(image: Image, tags: int, look: Look) -> Iterator[Finding]:
    needed = [ImageRow(RowKind.USE, image.repository, image.digest, str(named)) for named in image.named]
    if image.subject is not None:
        needed.append(ImageRow(RowKind.REFERRER, image.repository, image.digest, str(image.subject)))
    for row in needed:
        if row not in look.rows:
            yield Finding(Fault.MISSING_IMAGE_RECORD, row, "the image has no such record")
    if image.tag_count != tags:
        yield Finding(
            Fault.TAG_COUNT_MISMATCH, ImageKey.of(image), f"counts {image.tag_count} tags, and {tags} point to it"
        )


def _row(row: ImageRow, look: Look, now: float) -> Iterator[Finding]:
    repository = look.repositories.get(row.repository)
    if repository is not None and repository.deleting:
        return
    has_image = ImageKey(row.repository, row.digest) in look.images
    if row.kind is RowKind.TAG:
        if not has_image:
            yield Finding(Fault.TAG_WITHOUT_IMAGE, row, "its image is missing")
        elif row.of_kind(RowKind.REVERSE_TAG) not in look.rows:
            detail = "the tag points to the image, but the reverse record is missing"
            yield Finding(Fault.MISSING_IMAGE_RECORD, row.of_kind(RowKind.REVERSE_TAG), detail)
    elif row.kind is RowKind.REVERSE_TAG:
        if not has_image or row.of_kind(RowKind.TAG) not in look.rows:
            yield Finding(Fault.ORPHAN_IMAGE_RECORD, row, "its image is missing, or the tag points to another image")
    elif not has_image and row.written_at <= now - USE_SECONDS:
        yield Finding(Fault.ORPHAN_IMAGE_RECORD, row, "its image is missing")


def _pending(look: Look, now: float) -> Iterator[Finding]:
    for pending in look.pending.values():
        subject = PushKey(pending.push_id)
        if pending.expires_at <= now - TTL_SECONDS:
            yield Finding(Fault.EXPIRED_PUSH, subject, "was interrupted, and expired more than a week ago")
        elif pending.expires_at <= now:
            yield Finding(Fault.AWAITS_TTL, subject, "was interrupted, and has expired: TTL removes it")
