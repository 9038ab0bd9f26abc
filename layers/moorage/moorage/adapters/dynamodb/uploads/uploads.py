"""Upload records in DynamoDB: the head and its stored parts."""

from collections.abc import Iterator
from itertools import islice

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import (
    update_or_conflict,
    write_together,
)
from moorage.adapters.dynamodb.gates import check_open, repository_gate
from moorage.adapters.dynamodb.item import Item, read_items
from moorage.adapters.dynamodb.keys import HEAD, UPLOAD_PREFIX, repository_pk, upload_pk
from moorage.adapters.dynamodb.stored_objects import check_never_content
from moorage.adapters.dynamodb.uploads.head_writes import conflicting_head, is_unchanged, part_changes, settling_actions
from moorage.adapters.dynamodb.uploads.mapping import part_item, part_of, pointer_item, upload_item, upload_of
from moorage.adapters.dynamodb.uploads.models import PartItem, PointerItem, UploadItem
from moorage.domain.digest import Digest
from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.relay_progress import Reservation, StoredPart
from moorage.domain.uploads.upload import Upload, UploadMode, UploadStatus
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports.records import PartReceipt, PartReservation, UploadWrite
from moorage.usecases.ports.unrecorded import Recorded

_RETURN_OLD = "ALL_OLD"
HEADS_TOGETHER = 100
"""Items of one BatchGetItem (DynamoDB service quotas)."""


class DynamoDbUploads:
    """Implements the port `Uploads`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, upload: Upload) -> bool:
        """One transaction: the repository's gate, the head and the pointer.

        The head's put is conditional: a repetition after a lost response cannot reset an upload that has parts.
        """
        reasons = write_together(self._connection, lambda transaction: _put_new(transaction, upload))
        if not reasons:
            return True
        gate_is_closed, head_exists, _ = reasons
        if head_exists and (found := conflicting_head(head_exists)) and found.multipart_id != upload.multipart_id:
            raise InconsistentRecordsError(f"upload id {upload.upload_id} was given out twice")
        return gate_is_closed is None

    def record(self, upload: Upload) -> Recorded:
        """One transaction: the repository's gate, the object's record, the head and the pointer."""

        def fill(transaction: TransactWrite) -> None:
            _put_new(transaction, upload)
            check_never_content(transaction, upload.object_key)

        reasons = write_together(self._connection, fill)
        if not reasons:
            return Recorded.DONE
        gate_is_closed, object_is_content, *_ = reasons
        if object_is_content:
            return Recorded.COMMITTED
        # If the head is there, an earlier attempt wrote it, or somebody has abandoned the object: a commit will tell.
        return Recorded.CLOSED if gate_is_closed else Recorded.DONE

    def read(self, upload_id: str) -> tuple[Upload, tuple[StoredPart, ...]] | None:
        """One strongly consistent Query; 4,200 parts fit in its one page."""
        with translated_errors():
            items = list(Item.query(upload_pk(upload_id), consistent_read=True))
        heads = [upload_of(item) for item in items if isinstance(item, UploadItem)]
        parts = tuple(part_of(item) for item in items if isinstance(item, PartItem))
        return (heads[0], parts) if heads else None

    def get(self, upload_id: str) -> Upload | None:
        """One strongly consistent read of the head."""
        try:
            with translated_errors():
                return upload_of(UploadItem.get(upload_pk(upload_id), HEAD, consistent_read=True))
        except DoesNotExist:
            return None

    def reserve_part(
        self,
        upload: UploadRef,
        *,
        first_byte: int,
        reservation: Reservation,
        now: float,
        initiator: str | None = None,
    ) -> PartReservation:
        """One update that is also the read: it reserves the place, counts the attempt and returns the head."""
        is_own = (UploadItem.registry_id == upload.repository.registry_id) & (
            UploadItem.repository_name == upload.repository.name
        )
        is_relayed = UploadItem.mode == UploadMode.RELAY.value
        is_open = UploadItem.status == UploadStatus.OPEN.value
        has_not_expired = UploadItem.expires_at > int(now)
        continues = UploadItem.received_bytes == first_byte
        is_free = UploadItem.reserved_until.does_not_exist() | (UploadItem.reserved_until <= int(now))
        is_for_these_bytes = UploadItem.reserved_sha256 == reservation.sha256
        condition = is_own & is_relayed & is_open & has_not_expired & continues & (is_free | is_for_these_bytes)
        if initiator is not None:
            condition &= UploadItem.initiator.does_not_exist() | (UploadItem.initiator == initiator)
        took, item = update_or_conflict(
            UploadItem(upload_pk(upload.upload_id), HEAD),
            [
                UploadItem.attempts.add(1),
                UploadItem.reserved_sha256.set(reservation.sha256),
                UploadItem.reserved_until.set(reservation.expires_at),
            ],
            condition,
        )
        head = upload_of(item) if isinstance(item, UploadItem) else None
        return PartReservation(head, head.relayed.attempts if head and took else None)

    def append(self, before: Upload, receipt: PartReceipt) -> UploadWrite:
        """One transaction: the head's new values and the stored part."""

        def fill(transaction: TransactWrite) -> None:
            if receipt.stored is not None:
                transaction.save(part_item(before, receipt.stored))
            transaction.update(
                UploadItem(upload_pk(before.upload_id), HEAD),
                part_changes(receipt.after),
                condition=is_unchanged(before),
                return_values=_RETURN_OLD,
            )

        reasons = write_together(self._connection, fill)
        return UploadWrite(applied=not reasons, current=conflicting_head(reasons[-1]) if reasons else None)

    def settle(
        self, upload: Upload, status: UploadStatus, digest: Digest | None = None, failure: str | None = None
    ) -> UploadWrite:
        """One conditional update."""
        settled, item = update_or_conflict(
            UploadItem(upload_pk(upload.upload_id), HEAD),
            settling_actions(status, digest, failure),
            is_unchanged(upload),
        )
        if settled or not isinstance(item, UploadItem):
            return UploadWrite(applied=settled)
        found = upload_of(item)
        # An earlier attempt at the same settlement whose answer was lost counts as done.
        return UploadWrite(applied=(found.status, found.digest) == (status, digest), current=found)

    def abandon_all(self, repository: Repository) -> None:
        """A Query of the pointers; a batch of heads for each 100 of them; an update of each open one."""
        is_open = UploadItem.status == UploadStatus.OPEN.value
        upload_ids = upload_ids_of(repository)
        while keys := [(upload_pk(each), HEAD) for each in islice(upload_ids, HEADS_TOGETHER)]:
            for head in read_items(keys):
                if isinstance(head, UploadItem) and head.status == UploadStatus.OPEN.value:
                    update_or_conflict(head, settling_actions(UploadStatus.ABANDONED, None), is_open)


def _put_new(transaction: TransactWrite, upload: Upload) -> None:
    """The repository's gate, the head of an upload that has none, and the pointer. The first reason is the gate's."""
    check_open(transaction, repository_gate(upload.repository, upload.repository_incarnation), upload.upload_id)
    transaction.save(upload_item(upload), condition=UploadItem.pk.does_not_exist(), return_values=_RETURN_OLD)
    transaction.save(pointer_item(upload))


def upload_ids_of(repository: Repository) -> Iterator[str]:
    """Of every upload that was begun in this incarnation of the repository, as long as their pointers are there."""
    is_pointer = PointerItem.sk.startswith(UPLOAD_PREFIX)
    with translated_errors():
        for pointer in PointerItem.query(repository_pk(repository.id), is_pointer, consistent_read=True):
            if pointer.incarnation == repository.incarnation:
                yield pointer.upload_id
