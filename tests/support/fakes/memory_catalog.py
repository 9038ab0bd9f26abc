"""Layer and blob records in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Layer, Link
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.ports.records import LayerLookup, UploadWrite

from tests.support.fakes.memory_records import MemoryRecords, atomic
from tests.support.fakes.memory_uploads import is_unchanged, settled

PAGE = 2
"""Layers in one page: few, so that every test of many layers turns a page."""


class MemoryCatalog:
    """Implements the port `LayerCatalog`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records

    @atomic
    def look_up(self, repository_id: RepositoryId, digest: Digest | None, encryption: Encryption) -> LayerLookup:
        repository = self.records.live_repository(repository_id)
        if digest is None:
            return LayerLookup(repository, None, None)
        layer = self.records.layers.get((*repository_id, digest))
        return LayerLookup(repository, layer, self.records.blob(repository_id.registry_id, digest, encryption))

    @atomic
    def find_layers(self, repository: RepositoryId, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        keys = {digest: (*repository, digest) for digest in digests}
        return {digest: self.records.layers[key] for digest, key in keys.items() if key in self.records.layers}

    @atomic
    def confirm(self, layers: Sequence[Layer], now: float) -> frozenset[Digest]:
        kept = self.records.layers
        keys = {(*layer.repository, layer.digest): layer.upload_id for layer in layers}
        there = {key for key, upload_id in keys.items() if key in kept and kept[key].upload_id == upload_id}
        kept.update({key: replace(kept[key], last_confirmed_at=now) for key in there})
        return frozenset(digest for *_, digest in there)

    @atomic
    def layers_of(self, repository: RepositoryId) -> Iterator[list[Layer]]:
        layers = [layer for key, layer in sorted(self.records.layers.items()) if key[:2] == repository]
        return iter([layers[start : start + PAGE] for start in range(0, len(layers), PAGE)])

    @atomic
    def find_available(self, repository: Repository, digests: Iterable[Digest]) -> dict[Digest, Layer]:
        layers = self.find_layers(repository.id, digests)
        blobs = {digest: self.records.blob(repository.registry_id, digest, repository.encryption) for digest in layers}
        return {digest: layer for digest, layer in layers.items() if (blob := blobs[digest]) and not blob.lost_at}

    @atomic
    def mark_lost(self, blob: Blob, lost_at: float) -> None:
        present = self.records.blobs.get(_content(blob))
        if present is not None and present.object_key == blob.object_key:
            self.records.blobs[_content(blob)] = replace(present, lost_at=present.lost_at or lost_at)

    @atomic
    def find_content(self, object_key: str) -> Blob | None:
        return next((blob for blob in self.records.blobs.values() if blob.object_key == object_key), None)

    @atomic
    def commit(self, upload: Upload, layer: Layer, blob: Blob, *, found: LayerLookup) -> UploadWrite:
        head = self.records.uploads.get(upload.upload_id.lower())
        if head is None or not is_unchanged(head, upload):
            return UploadWrite(applied=False, current=head)
        present = self.records.blobs.get(_content(blob))
        is_closed = self.records.is_closed(layer.repository, upload.repository_incarnation)
        existing = self.records.layers.get((*layer.repository, layer.digest))
        if is_closed or (existing and existing.upload_id) != (found.layer and found.layer.upload_id):
            return UploadWrite(applied=False, current=upload)
        if found.blob is not None and found.blob.object_key == blob.object_key:
            if not self._can_link(blob):
                is_collected = blob.object_key in self.records.collecting
                return UploadWrite(applied=False, current=upload, content_is_closed=is_collected)
        elif (present and present.object_key) != (found.blob and found.blob.object_key):
            return UploadWrite(applied=False, current=upload)
        else:
            self._put_blob(blob, present)
        self.records.layers.setdefault((*layer.repository, layer.digest), layer)
        link = Link(_content(blob), layer.repository, (found.layer or layer).upload_id)
        self.records.links[link.content, link.repository] = link
        keeps_object = blob.object_key == upload.object_key
        completed = replace(settled(head, UploadStatus.COMPLETED, layer.digest), keeps_object=keeps_object)
        self.records.uploads[upload.upload_id.lower()] = completed
        return UploadWrite(applied=True)

    @atomic
    def commit_unrecorded(self, upload: Upload, layer: Layer, blob: Blob) -> bool:
        is_closed = self.records.is_closed(layer.repository, upload.repository_incarnation)
        has_layer = (*layer.repository, layer.digest) in self.records.layers
        has_content = _content(blob) in self.records.blobs
        if is_closed or has_layer or has_content or upload.upload_id.lower() in self.records.uploads:
            return False
        self._put_blob(blob, None)
        self.records.layers[*layer.repository, layer.digest] = layer
        link = Link(_content(blob), layer.repository, layer.upload_id)
        self.records.links[link.content, link.repository] = link
        return True

    def _can_link(self, blob: Blob) -> bool:
        if blob.object_key in self.records.collecting:
            return False
        present = self.records.blobs.get(_content(blob))
        return not blob.is_of_version_1 or (
            present is not None and present.object_key == blob.object_key and present.expires_at is None
        )

    def _put_blob(self, blob: Blob, former: Blob | None) -> None:
        self.records.blobs[_content(blob)] = replace(blob, refs=former.refs if former else None)
        if former is not None:
            self.records.collecting[former.object_key] = ""

    @atomic
    def unlink(self, repository: Repository, layers: Sequence[Layer]) -> None:
        present = self.records.repositories.get(repository.id)
        if present is None or present.incarnation != repository.incarnation or not present.deleting:
            return
        for layer in layers:
            key = (*layer.repository, layer.digest)
            if key in self.records.layers and self.records.layers[key].upload_id == layer.upload_id:
                self.records.remove_layer(layer, repository.encryption)


def _content(blob: Blob) -> ContentId:
    return ContentId(blob.registry_id, blob.digest, blob.encryption.sharing_id)
