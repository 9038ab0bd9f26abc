"""The reaper: acts on each change of a record. Every step can be repeated, in any order.

    upload settled or removed     abort its multipart upload, delete its object unless that became a blob, its tails
    link to content removed       let the collector look at the content after the grace period, unless it has links
    expiry of content ended       remove its record, unless it has links (_collect_content.py)
    blob's record removed         delete its object
    manifest no longer pending    delete its object, unless that became an image's
    image removed                 delete its manifest's object, if it has one
    blob has another object       delete the one that was lost or damaged
    repository being deleted      finish what DeleteRepository began
    layer added, upload failed    send an event to the event bus
    image or tag changed          send an event like ECR's

A record may be written when its upload is settled already (domain/uploads/unrecorded.py).

Deleting is safe: an upload leaves OPEN only once, and no commit can use it after that; a blob's record is removed only
while it has no links, and no commit links to it after that; and no key is ever used twice.
"""

from dataclasses import dataclass

from moorage.domain.events import layer_pushed, push_failed
from moorage.domain.images.image import Image, ImageTag, PendingManifest
from moorage.domain.layer import Blob, Expiry, Layer, Link
from moorage.domain.records import Record
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports.images import Wanted
from moorage.usecases.ports.reaper import ReaperPorts
from moorage.usecases.reaper._collect_content import (
    collect_content,
    delete_content,
    delete_removed_content,
    schedule_collection,
)
from moorage.usecases.reaper._collect_upload import collect_upload
from moorage.usecases.reaper._image_events import image_event
from moorage.usecases.repositories.delete_repository import finish_deletion


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record: `before` is None where it is new, `after` where it was removed."""

    before: Record | None
    after: Record | None


def handle_record_change(change: Change, ports: ReaperPorts) -> bool:
    """Act on the change; returns whether it needed an action."""
    match change:
        case Change(before=Upload() as before, after=None):
            collect_upload(before, ports.garbage, keeps_tails=ports.keeps_tails)
        case Change(before=None | Upload(status=UploadStatus.OPEN), after=Upload() as after) if (
            after.status is not UploadStatus.OPEN
        ):
            _upload_settled(after, ports)
        case Change(before=Blob() | Link() | Expiry() as before):
            return _content_changed(before, change.after, ports)
        case Change(before=Image() | ImageTag()) | Change(after=Image() | ImageTag()):
            return _image_changed(change, ports)
        case Change(before=PendingManifest() as before, after=None):
            _collect_manifest(before, ports)
        case Change(after=Repository(deleting=True) as after):
            finish_deletion(after, ports)
        case Change(before=None, after=Layer() as after):
            ports.announcements.publish([layer_pushed(after)])
        case _:
            return False
    return True


def _content_changed(before: Blob | Link | Expiry, after: Record | None, ports: ReaperPorts) -> bool:
    match before, after:
        case Blob(), None:
            delete_removed_content(before, ports)
        case Blob(), Blob() if before.object_key != after.object_key:
            delete_content(before, ports)
        case Link(), None:
            return schedule_collection(before.content, ports)
        case Expiry(), None:
            return collect_content(before.content, ports)
        case _:
            return False
    return True


def _upload_settled(after: Upload, ports: ReaperPorts) -> None:
    collect_upload(after, ports.garbage, keeps_tails=ports.keeps_tails)
    if after.status is UploadStatus.FAILED:
        ports.announcements.publish([push_failed(after, "InvalidLayerException")])


def _image_changed(change: Change, ports: ReaperPorts) -> bool:
    match change:
        case Change(before=Image(object_key=str(object_key)), after=None):
            ports.garbage.delete_object(object_key)
    event = image_event(change.before, change.after)
    if event is not None:
        ports.announcements.publish([event])
    return event is not None


def _collect_manifest(pending: PendingManifest, ports: ReaperPorts) -> None:
    found = ports.images.look_up(pending.repository, Wanted(digests=[pending.digest])).images.get(pending.digest)
    if found is None or found.object_key != pending.object_key:
        ports.garbage.delete_object(pending.object_key)
