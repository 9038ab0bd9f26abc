"""Repairs one finding: removes garbage after reading again the record that might still need it."""

from collections.abc import Callable

from moorage.domain.layer import Blob
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck._repair_images import IMAGE_REPAIRS
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import FsckPorts, PartOf
from moorage.usecases.reaper._collect_upload import collect_upload
from moorage.usecases.repositories.delete_repository import finish_deletion


def repair(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Remove it, or write it again; False if it is needed, or has changed."""
    return _REPAIRS[finding.fault](finding, look, ports)


def _object(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    upload_id = look.objects[finding.subject].upload_id
    upload = ports.uploads.get(upload_id) if upload_id else None
    is_in_progress = upload is not None and upload.status is UploadStatus.OPEN
    if upload is not None and (is_in_progress or upload.keeps_object):
        return False
    ports.garbage.delete_object(finding.subject)
    return True


def _tail(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    upload_id = look.objects[finding.subject].upload_id
    upload = ports.uploads.get(upload_id) if upload_id else None
    if upload is not None and upload.status is UploadStatus.OPEN:
        return False
    ports.garbage.delete_object(finding.subject)
    return True


def _multipart(finding: Finding, _: Look, ports: FsckPorts) -> bool:
    object_key, multipart_id = finding.subject.split(" ")
    upload = ports.uploads.get(object_key.rpartition("/")[2])
    if upload is not None and upload.status is UploadStatus.OPEN:
        return False
    ports.garbage.abort_multipart(object_key, multipart_id)
    return True


def mark_lost(finding: Finding, look: Look, ports: FsckPorts) -> None:
    """Record that the content is lost, so that clients push it again."""
    ports.catalog.mark_lost(_blob_of(finding, look), ports.now())


def _blob_of(finding: Finding, look: Look) -> Blob:
    registry_id, digest, *sharing = finding.subject.split(" ")
    return look.blobs[(registry_id, digest, sharing[0] if sharing else "")]


def _unscheduled_blob(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    ports.blob_expiry.schedule(_blob_of(finding, look), int(ports.now()) + ports.blob_grace_seconds)
    return True


def _expired_upload(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    upload = look.uploads[finding.subject]
    removed = ports.inventory.remove_expired(upload, ports.now())
    if removed:
        collect_upload(upload, ports.garbage, keeps_tails=ports.keeps_tails)
        for part in look.parts:
            if part.upload_id == upload.upload_id:
                ports.inventory.remove_part(part)
    return removed


def _stuck_deletion(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    for repository in look.repositories.values():
        if str(repository.id) == finding.subject:
            finish_deletion(repository, ports)
    return True


def _part(finding: Finding, _: Look, ports: FsckPorts) -> bool:
    upload_id, part_number = finding.subject.split(" ")
    ports.inventory.remove_part(PartOf(upload_id, int(part_number)))
    return True


_REPAIRS: dict[Fault, Callable[[Finding, Look, FsckPorts], bool]] = {
    Fault.UNNEEDED_OBJECT: _object,
    Fault.UNNEEDED_TAIL: _tail,
    Fault.UNKNOWN_MULTIPART: _multipart,
    Fault.UNSCHEDULED_BLOB: _unscheduled_blob,
    Fault.EXPIRED_UPLOAD: _expired_upload,
    Fault.ORPHAN_PART: _part,
    Fault.STUCK_DELETION: _stuck_deletion,
    **IMAGE_REPAIRS,
}
