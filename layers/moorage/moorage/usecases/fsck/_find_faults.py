"""Finds the faults in one inventory: broken invariants, and garbage that was not collected."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from moorage.usecases.fsck._take_inventory import Look


class Fault(StrEnum):
    """Kinds of findings. The first group must never occur. The second only costs storage, and `--repair` removes it."""

    LAYER_WITHOUT_REPOSITORY = "layer-without-repository"
    LAYER_WITHOUT_BLOB = "layer-without-blob"
    BLOB_WITHOUT_CONTENT = "blob-without-content"
    CONTENT_MISMATCH = "content-mismatch"
    REFS_MISMATCH = "refs-mismatch"

    UNNEEDED_OBJECT = "unneeded-object"
    UNNEEDED_TAIL = "unneeded-tail"
    UNKNOWN_MULTIPART = "unknown-multipart"
    UNSCHEDULED_BLOB = "unscheduled-blob"
    EXPIRED_UPLOAD = "expired-upload"
    ORPHAN_PART = "orphan-part"

    @property
    def is_garbage(self) -> bool:
        """Whether it is only garbage."""
        return self in _GARBAGE


_GARBAGE = frozenset(
    {
        Fault.UNNEEDED_OBJECT,
        Fault.UNNEEDED_TAIL,
        Fault.UNKNOWN_MULTIPART,
        Fault.UNSCHEDULED_BLOB,
        Fault.EXPIRED_UPLOAD,
        Fault.ORPHAN_PART,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: `subject` is the same in every inventory, `detail` explains it."""

    fault: Fault
    subject: str
    detail: str = ""


def find_faults(look: Look, now: float, min_multipart_age_seconds: float) -> Iterator[Finding]:
    """Every fault of the inventory. Multipart uploads younger than the given age may still get their record."""
    for rule in _RULES:
        yield from rule(look, now)
    for multipart in look.multiparts:
        upload_id = multipart.object_key.rpartition("/")[2]
        is_young = multipart.initiated_at > now - min_multipart_age_seconds
        if not is_young and not look.is_in_progress(upload_id, now):
            yield Finding(
                Fault.UNKNOWN_MULTIPART, f"{multipart.object_key} {multipart.multipart_id}", "no open upload has it"
            )


def _layers(look: Look, _: float) -> Iterator[Finding]:
    for layer in look.layers:
        subject = f"{layer.repository}@{layer.digest}"
        if layer.repository not in look.repositories:
            yield Finding(Fault.LAYER_WITHOUT_REPOSITORY, subject, "its repository has no record")
        elif look.blob_id(layer) not in look.blobs:
            yield Finding(Fault.LAYER_WITHOUT_BLOB, subject, "its content has no record")


def _blobs(look: Look, _: float) -> Iterator[Finding]:
    refs = look.refs()
    for blob_id, blob in look.blobs.items():
        subject = " ".join(filter(None, (blob.registry_id, str(blob.digest), blob.encryption.sharing_id)))
        stored = look.objects.get(blob.object_key)
        if stored is None or stored.size_bytes != blob.size_bytes:
            found = "missing" if stored is None else f"{stored.size_bytes} bytes"
            yield Finding(
                Fault.BLOB_WITHOUT_CONTENT, subject, f"{blob.object_key} is {found} instead of {blob.size_bytes} bytes"
            )
        if refs[blob_id] != blob.refs:
            yield Finding(
                Fault.REFS_MISMATCH, subject, f"counts {blob.refs} references, and {refs[blob_id]} layers point to it"
            )
        elif blob.refs == 0 and blob.expires_at is None:
            yield Finding(Fault.UNSCHEDULED_BLOB, subject, "has no references and no expiry")


def _objects(look: Look, now: float) -> Iterator[Finding]:
    needed = {blob.object_key for blob in look.blobs.values()}
    for key, listed in look.objects.items():
        if key in needed or listed.upload_id is None or look.is_in_progress(listed.upload_id, now):
            continue
        fault = Fault.UNNEEDED_TAIL if listed.is_tail else Fault.UNNEEDED_OBJECT
        yield Finding(fault, key, f"{listed.size_bytes} bytes that no record needs")


def _uploads(look: Look, now: float) -> Iterator[Finding]:
    for upload in look.uploads.values():
        if upload.has_expired(now):
            yield Finding(Fault.EXPIRED_UPLOAD, upload.upload_id, f"{upload.status} and past its expiry")
    for part in look.parts:
        if part.upload_id not in look.uploads:
            yield Finding(Fault.ORPHAN_PART, f"{part.upload_id} {part.part_number}", "its upload has no record")


_RULES: tuple[Callable[[Look, float], Iterator[Finding]], ...] = (_layers, _blobs, _uploads, _objects)
"""Uploads come before objects, so that repair removes an expired upload before the objects that only it needed."""
