"""Finds the faults in one inventory: broken invariants, and garbage that was not collected."""

from collections.abc import Callable, Iterator

from moorage.domain.layer import Blob
from moorage.domain.uploads.unrecorded import last_day_to_collect
from moorage.usecases.fsck._fault import TTL_SECONDS, Fault, Finding
from moorage.usecases.fsck._find_image_faults import image_faults
from moorage.usecases.fsck._subject import UploadKey
from moorage.usecases.fsck._take_inventory import Look

_RESTORED = "the next push of the digest restores it"


def find_faults(look: Look, now: float, min_multipart_age_seconds: float) -> Iterator[Finding]:
    """Every fault of the inventory. Multipart uploads younger than the given age may still get their record."""
    for rule in _RULES:
        yield from rule(look, now)
    for multipart in look.multiparts:
        upload_id = multipart.object_key.rpartition("/")[2]
        is_young = multipart.initiated_at > now - min_multipart_age_seconds
        if not is_young and not look.is_in_progress(upload_id, now - TTL_SECONDS):
            yield Finding(Fault.UNKNOWN_MULTIPART, multipart, "no open upload has it")


def _since(blob: Blob) -> str:
    return "" if blob.lost_at is None else f"; marked as lost, {_RESTORED}"


def _repositories(look: Look, _: float) -> Iterator[Finding]:
    for repository in look.repositories.values():
        if repository.deleting:
            yield Finding(Fault.STUCK_DELETION, repository.id, "its deletion has begun and has not ended")


def _layers(look: Look, _: float) -> Iterator[Finding]:
    for subject, layer in look.layers.items():
        if layer.repository not in look.repositories:
            yield Finding(Fault.LAYER_WITHOUT_REPOSITORY, subject, "its repository has no record")
        elif (blob := look.blobs.get(look.link_of(layer).content)) is None:
            yield Finding(Fault.LAYER_WITHOUT_BLOB, subject, f"its content has no record; {_RESTORED}")
        elif not blob.is_of_version_1 and look.link_of(layer) not in look.links:
            yield Finding(Fault.LAYER_WITHOUT_LINK, subject, "it has no link to its content, which can be collected")


def _links(look: Look, _: float) -> Iterator[Finding]:
    for link in look.links:
        if link not in look.needed_links.get(link.content, ()):
            yield Finding(Fault.LINK_WITHOUT_LAYER, link, "its layer has no record")


def _blobs(look: Look, _: float) -> Iterator[Finding]:
    needed = {link.content for link in look.links} | look.needed_links.keys()
    for subject, blob in look.blobs.items():
        stored = look.objects.get(blob.object_key)
        if stored is None or stored.size_bytes != blob.size_bytes:
            found = "missing" if stored is None else f"{stored.size_bytes} bytes"
            yield Finding(
                Fault.BLOB_WITHOUT_CONTENT,
                subject,
                f"{blob.object_key} is {found} instead of {blob.size_bytes} bytes{_since(blob)}",
            )
        if blob.is_of_version_1:
            yield Finding(Fault.EARLIER_VERSION, subject, "it counts its layers, which need links instead")
        elif subject not in needed and subject not in look.expiries:
            yield Finding(Fault.UNSCHEDULED_BLOB, subject, "has no links and no expiry")


def _objects(look: Look, now: float) -> Iterator[Finding]:
    needed = {blob.object_key for blob in look.blobs.values()}
    needed |= {image.object_key for image in look.images.values() if image.object_key}
    needed |= {pending.object_key for pending in look.pending.values()}
    for key, listed in look.objects.items():
        may_be_committed = listed.day is not None and listed.day > last_day_to_collect(now)
        is_kept = key in needed or look.may_be_lost_content(key) or may_be_committed
        if is_kept or not listed.is_ours or look.is_in_progress(listed.upload_id, now - TTL_SECONDS):
            continue
        fault = Fault.UNNEEDED_TAIL if listed.is_tail else Fault.UNNEEDED_OBJECT
        yield Finding(fault, listed, f"{listed.size_bytes} bytes that no record needs")


def _uploads(look: Look, now: float) -> Iterator[Finding]:
    for upload in look.uploads.values():
        subject = UploadKey(upload.upload_id)
        if upload.has_expired(now - TTL_SECONDS):
            yield Finding(Fault.EXPIRED_UPLOAD, subject, f"{upload.status} and expired more than a week ago")
        elif upload.has_expired(now):
            yield Finding(Fault.AWAITS_TTL, subject, f"{upload.status} and expired: TTL removes it")
    for part in look.parts:
        if part.upload_id not in look.uploads:
            fault = Fault.AWAITS_TTL if now - TTL_SECONDS < part.expires_at <= now else Fault.ORPHAN_PART
            yield Finding(fault, part, "its upload has no record")


_RULES: tuple[Callable[[Look, float], Iterator[Finding]], ...] = (
    _repositories,
    _layers,
    _links,
    _blobs,
    image_faults,
    _uploads,
    _objects,
)
"""Uploads come before objects, so that repair removes an expired upload before the objects that only it needed."""
