"""Conditional removals of images and layers in memory."""

from collections.abc import Iterator
from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, TaggedImage
from moorage.domain.layer import Layer
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.removals import Use

from tests.support.fakes.memory_images import MemoryImages
from tests.support.fakes.memory_records import atomic


class MemoryRemovals:
    """Implements the port `Removals`."""

    def __init__(self, images: MemoryImages) -> None:
        self.images = images
        self.records = images.records
        self.marked_at: dict[tuple[str, str, Digest], float] = {}

    @atomic
    def uses_of(self, repository: RepositoryId, named: Digest) -> list[Use]:
        return [use for use in self.all_uses(repository) if use.named == named]

    @atomic
    def all_uses(self, repository: RepositoryId) -> Iterator[Use]:
        uses = self.images.repository(repository).uses
        return iter(
            [
                Use(named=named, by=by, push_id=push_id, written_at=written_at)
                for (named, by), (push_id, written_at) in uses.items()
            ]
        )

    @atomic
    def image_digests(self, repository: RepositoryId) -> set[Digest]:
        return set(self.images.repository(repository).images)

    @atomic
    def remove_use(self, repository: RepositoryId, use: Use) -> None:
        uses = self.images.repository(repository).uses
        if uses.get((use.named, use.by), ("", 0.0))[0] == use.push_id:
            del uses[use.named, use.by]

    @atomic
    def remove_image(self, tagged: TaggedImage, marked_at: float) -> bool:
        kept, image = self.images.repository(tagged.image.repository), tagged.image
        if not self._is_as_read(tagged) or kept.images[image.digest].deleting_at != marked_at:
            return False
        del kept.images[image.digest]
        for tag in tagged.tags:
            del kept.tags[tag]
        for key in [key for key, (push_id, _) in kept.uses.items() if push_id == image.push_id]:
            del kept.uses[key]
        return True

    @atomic
    def archive_image(self, tagged: TaggedImage, now: float) -> bool:
        if not self._is_as_read(tagged):
            return False
        self.images.note_archive(tagged.image.repository)
        images = self.images.repository(tagged.image.repository).images
        found = images[tagged.image.digest]
        if found.is_archived or found.deleting_at is not None:
            return False
        images[found.digest] = replace(found, storage_class=StorageClass.ARCHIVE, archived_at=now)
        return True

    @atomic
    def mark_layer(self, layer: Layer, now: float, unused_since: float) -> bool:
        found = self.records.layers.get((*layer.repository, layer.digest))
        if found is None or found.upload_id != layer.upload_id or found.confirmed_at > unused_since:
            return False
        self.images.repository(layer.repository).marked.add(layer.digest)
        self.marked_at[*layer.repository, layer.digest] = now
        return True

    @atomic
    def remove_layer(self, repository: Repository, layer: Layer, marked_at: float) -> bool:
        key = (*layer.repository, layer.digest)
        marked = self.images.repository(layer.repository).marked
        found = self.records.layers.get(key)
        is_marked = layer.digest in marked and self.marked_at.get(key) == marked_at
        if not is_marked or found is None or found.last_confirmed_at != layer.last_confirmed_at:
            return False
        self.records.remove_layer(layer, repository.encryption)
        marked.discard(layer.digest)
        return True

    def _is_as_read(self, tagged: TaggedImage) -> bool:
        found = self.images.read(tagged.image.repository, tagged.image.digest)
        return found is not None and _identity(found) == _identity(tagged)


def _identity(tagged: TaggedImage) -> tuple[Image, frozenset[str], str]:
    image = replace(tagged.image, deleting_at=None, pulled_at=None, tag_count=0)
    return image, frozenset(tagged.tags), image.push_id
