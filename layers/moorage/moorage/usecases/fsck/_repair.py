"""Repairs one finding. Garbage is removed after reading again the record that might still need it.

The kind of its subject decides what is done.
"""

from moorage.domain.layer import Blob, ContentId, Link
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck._repair_images import repair_image
from moorage.usecases.fsck._repair_links import remove_link, repair_content, write_link
from moorage.usecases.fsck._subject import ImageKey, LayerKey, OtherSubject, PushKey, UploadKey
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import FsckPorts, ImageRow, ListedMultipart, ListedObject, PartOf
from moorage.usecases.reaper._collect_upload import collect_upload
from moorage.usecases.repositories.delete_repository import finish_deletion


def repair(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Remove it, or write it again; False if it is needed, has changed, or is left to a person."""
    if not (finding.fault.is_garbage or finding.fault.is_restorable):
        return False
    subject = finding.subject
    if isinstance(subject, ImageKey | ImageRow | PushKey):
        return repair_image(finding.fault, subject, look, ports)
    return _repair_other(finding.fault, subject, look, ports)


def _repair_other(fault: Fault, subject: OtherSubject, look: Look, ports: FsckPorts) -> bool:
    match subject:
        case ListedObject() as listed:
            return _remove_object(listed, look, ports)
        case ListedMultipart() as multipart:
            return _abort_multipart(multipart, ports)
        case ContentId() as content:
            return repair_content(fault, content, look, ports)
        case Link() as link:
            return remove_link(link, ports)
        case UploadKey(upload_id):
            return _remove_upload(look.uploads[upload_id], look, ports)
        case PartOf() as part:
            ports.inventory.remove_part(part)
            return True
        case RepositoryId() as repository:
            finish_deletion(look.repositories[repository], ports)
            return True
        case LayerKey() as layer:
            return write_link(layer, look, ports)


def mark_lost(blob: Blob, ports: FsckPorts) -> None:
    """Record that the content is lost, so that clients push it again."""
    ports.catalog.mark_lost(blob, ports.now())


def _remove_object(listed: ListedObject, look: Look, ports: FsckPorts) -> bool:
    upload = ports.uploads.get(listed.upload_id) if listed.upload_id else None
    is_open = upload is not None and upload.status is UploadStatus.OPEN
    is_kept = upload is not None and upload.keeps_object and not listed.is_tail
    if is_open or is_kept:
        return False
    if listed.day is not None and upload is None and not _can_be_removed(listed.object_key, look, ports):
        return False
    ports.garbage.delete_object(listed.object_key)
    ports.collection.forget_object(listed.object_key)
    return True


def _can_be_removed(object_key: str, look: Look, ports: FsckPorts) -> bool:
    """Whether an object whose upload has no record is no layer's content, and can never become that."""
    if object_key in look.content_of:
        return ports.catalog.find_content(object_key) is None
    return ports.unrecorded.abandon(object_key, ports.now())


def _abort_multipart(multipart: ListedMultipart, ports: FsckPorts) -> bool:
    upload = ports.uploads.get(multipart.object_key.rpartition("/")[2])
    if upload is not None and upload.status is UploadStatus.OPEN:
        return False
    ports.garbage.abort_multipart(multipart.object_key, multipart.multipart_id)
    return True


def _remove_upload(upload: Upload, look: Look, ports: FsckPorts) -> bool:
    removed = ports.inventory.remove_expired(upload, ports.now())
    if removed:
        collect_upload(upload, ports.garbage, keeps_tails=ports.keeps_tails)
        for part in look.parts:
            if part.upload_id == upload.upload_id:
                ports.inventory.remove_part(part)
    return removed
