"""The transaction that makes an upload a layer, with the link to its content.

    repository's gate    open (one shard)
    layer                not there yet; or there, where it only gets its content back
    link                 put
    upload               open and unchanged; completed. Of a layer that came whole: has no record

What else is in it depends on the content's record:

    not there yet        put, with the record that leads from its object to it
    linked to            its gate is open (one shard); nothing is written that other links write too
    replaced             its key is as it was found, and becomes this upload's; the gate of the former object is closed,
                         so that nobody links who has read the former key (docs/adr/0032)
"""

from dataclasses import dataclass

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.conditional_writes import Reasons
from moorage.adapters.dynamodb.gates import check_open, close, repository_gate
from moorage.adapters.dynamodb.keys import HEAD, layer_sk, repository_pk, upload_pk
from moorage.adapters.dynamodb.layers.mapping import blob_item, blob_key, gate_of, layer_item, link_item
from moorage.adapters.dynamodb.layers.models import BlobItem, LayerItem
from moorage.adapters.dynamodb.stored_objects import object_item
from moorage.adapters.dynamodb.uploads.head_writes import conflicting_head, is_unchanged, settling_actions
from moorage.adapters.dynamodb.uploads.models import UploadItem
from moorage.domain.layer import Blob, Layer, link_of
from moorage.domain.repositories.repository import CLOSED_SECONDS
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports.records import LayerLookup, UploadWrite


@dataclass(frozen=True, slots=True)
class LayerCommit:
    """One commit: `found` is what was read before; `blob` is the content as it should be after it.

    `is_recorded`: the upload has a record. If it should have none, the commit fails if it has one: such a record means
    that the object may be deleted (domain/uploads/unrecorded.py).
    """

    upload: Upload
    layer: Layer
    blob: Blob
    found: LayerLookup
    is_recorded: bool = True

    @property
    def _replaces(self) -> bool:
        return self.found.blob is not None and self.found.blob.object_key != self.blob.object_key

    def fill(self, transaction: TransactWrite) -> None:
        """Add its actions. The checks come first: `outcome` knows their order."""
        repository = self.layer.repository
        gate = repository_gate(repository, self.upload.repository_incarnation)
        check_open(transaction, gate, str(self.layer.digest))
        if self.found.blob is not None and not self._replaces:
            check_open(transaction, gate_of(self.blob), str(repository))
            if self.blob.is_of_version_1:
                _check_kept(transaction, self.blob)
        self._put_layer(transaction)
        transaction.save(link_item(link_of(self.found.layer or self.layer, self.upload.encryption)))
        self._put_content(transaction)
        self._settle_upload(transaction)

    def _settle_upload(self, transaction: TransactWrite) -> None:
        head = (upload_pk(self.upload.upload_id), HEAD)
        if not self.is_recorded:
            transaction.condition_check(UploadItem, *head, condition=UploadItem.pk.does_not_exist())
            return
        keeps_object = UploadItem.keeps_object.set(self.blob.object_key == self.upload.object_key)
        transaction.update(
            UploadItem(*head),
            [*settling_actions(UploadStatus.COMPLETED, self.layer.digest), keeps_object],
            condition=is_unchanged(self.upload),
            return_values="ALL_OLD",
        )

    def _put_layer(self, transaction: TransactWrite) -> None:
        if self.found.layer is None:
            transaction.save(layer_item(self.layer), condition=LayerItem.pk.does_not_exist())
        else:
            is_there = LayerItem.upload_id == self.found.layer.upload_id
            layer_key = (repository_pk(self.layer.repository), layer_sk(self.layer.digest))
            transaction.condition_check(LayerItem, *layer_key, condition=is_there)

    def _put_content(self, transaction: TransactWrite) -> None:
        if self.found.blob is None:
            transaction.save(blob_item(self.blob), condition=BlobItem.pk.does_not_exist())
        elif self._replaces:
            has_former_object = BlobItem.object_key == self.found.blob.object_key
            transaction.update(BlobItem(*blob_key(self.blob.id)), _new_object(self.blob), condition=has_former_object)
            close(transaction, gate_of(self.found.blob), int(self.blob.verified_at) + CLOSED_SECONDS)
        if self.blob.object_key == self.upload.object_key:
            transaction.save(object_item(self.blob))

    def outcome(self, reasons: Reasons) -> UploadWrite:
        """What the transaction's reasons say; they are in the order of checks, saves and updates."""
        if not reasons:
            return UploadWrite(applied=True)
        if reasons[-1] is not None:
            return UploadWrite(applied=False, current=conflicting_head(reasons[-1]))
        links = self.found.blob is not None and not self._replaces
        return UploadWrite(applied=False, current=self.upload, content_is_closed=links and reasons[1] is not None)


def _check_kept(transaction: TransactWrite, blob: Blob) -> None:
    """A record of version 1 is removed by TTL instead of by the collector: it must be there, and not expire."""
    is_kept = (BlobItem.object_key == blob.object_key) & BlobItem.expires_at.does_not_exist()
    transaction.condition_check(BlobItem, *blob_key(blob.id), condition=is_kept)


def _new_object(blob: Blob) -> list[Action]:
    return [
        BlobItem.object_key.set(blob.object_key),
        BlobItem.size_bytes.set(blob.size_bytes),
        BlobItem.verified_at.set(blob.verified_at),
        BlobItem.lost_at.remove(),
        BlobItem.expires_at.remove(),
    ]
