"""Conditional writes of an upload's head: their changes, their conditions, and the current head after a conflict."""

from typing import Any

from pynamodb.exceptions import CancellationReason
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from moorage.adapters.dynamodb.conditional_writes import conflicting_item
from moorage.adapters.dynamodb.uploads.mapping import upload_of
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.domain.digest import Digest
from moorage.domain.uploads.upload import Upload, UploadStatus


def settling_actions(status: UploadStatus, digest: Digest | None, failure: str | None = None) -> list[Action]:
    """The changes that settle an upload. They remove its sha256 state and its lease."""
    actions: list[Action] = [
        UploadItem.status.set(status.value),
        UploadItem.hash_state.remove(),
        UploadItem.lease_owner.remove(),
        UploadItem.lease_until.remove(),
    ]
    actions += [UploadItem.digest.set(str(digest))] if digest else []
    actions += [UploadItem.failure.set(failure)] if failure else []
    return actions


def is_unchanged(upload: Upload) -> Condition:
    """The condition that the head is as the caller read it: open, and without a new part."""
    is_open: Condition = UploadItem.status == UploadStatus.OPEN.value
    is_as_long: Condition = UploadItem.received_bytes == upload.received_bytes
    both: Condition = is_open & is_as_long
    return both


def conflicting_head(reason: CancellationReason | None) -> Upload | None:
    """The current head, if its condition failed in a transaction."""
    met = conflicting_item(reason)
    return upload_of(met) if isinstance(met, UploadItem) else None


def part_changes(after: Upload) -> list[Action]:
    """The changes of the head for a received part."""
    progress, state = after.relayed, after.hash_state
    last, tail, reservation = progress.last_part, progress.tail, progress.reservation
    optional: list[tuple[Any, Any]] = [
        (UploadItem.reserved_sha256, reservation and reservation.sha256),
        (UploadItem.reserved_until, reservation and reservation.expires_at),
        (UploadItem.last_first_byte, last and last.first_byte),
        (UploadItem.last_last_byte, last and last.last_byte),
        (UploadItem.last_sha256, last and last.sha256),
        (UploadItem.hash_state, state and state.seal()),
        (UploadItem.tail_key, tail and tail.object_key),
        (UploadItem.tail_bytes, tail and tail.size_bytes),
        (UploadItem.tail_sha256, tail and tail.sha256),
    ]
    return [
        UploadItem.received_bytes.set(progress.received_bytes),
        UploadItem.received_parts.set(progress.received_parts),
        UploadItem.stored_parts.set(progress.stored_parts),
        UploadItem.has_short_part.set(progress.has_short_part),
        *(attribute.remove() if value is None else attribute.set(value) for attribute, value in optional),
    ]
