"""Image records in memory; and large manifests."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from moorage.domain.digest import Digest
from moorage.domain.images.image import PULL_TIME_SECONDS, Image, PendingManifest, TaggedImage
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.usecases.ports.images import Commit, Lookup, NewTag, Wanted

from tests.support.fakes.memory_records import MemoryRecords, atomic


@dataclass
class MemoryRepository:
    """The images of one repository: each with its tags, and the uses of what images name, by (named, image)."""

    images: dict[Digest, Image] = field(default_factory=dict)
    tags: dict[str, Digest] = field(default_factory=dict)
    uses: dict[tuple[Digest, Digest], tuple[str, float]] = field(default_factory=dict)
    marked: set[Digest] = field(default_factory=set)


class MemoryImages:
    """Implements the port `Images`."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records
        self.kept: dict[RepositoryId, MemoryRepository] = {}

    def repository(self, repository: RepositoryId) -> MemoryRepository:
        """What a repository has."""
        return self.kept.setdefault(repository, MemoryRepository())

    def look(self, repository: RepositoryId, digest: Digest) -> Image:
        """One image that is there."""
        return self.repository(repository).images[digest]

    @atomic
    def look_up(self, repository: RepositoryId, wanted: Wanted) -> Lookup:
        kept = self.repository(repository)
        layers = {digest: self.records.layers.get((*repository, digest)) for digest in wanted.layers}
        found = {digest: layer for digest, layer in layers.items() if layer}
        blobs = {each: self.records.blob(repository.registry_id, each, wanted.encryption) for each in wanted.contents}
        return Lookup(
            repository=self.records.live_repository(repository),
            images={digest: kept.images[digest] for digest in wanted.digests if digest in kept.images},
            tags={tag: kept.tags[tag] for tag in wanted.tags if tag in kept.tags},
            layers=found,
            marked=frozenset(found.keys() & kept.marked),
            lost=frozenset(digest for digest, blob in blobs.items() if blob is None or blob.lost_at),
            is_excluded=any((repository.registry_id, arn) in self.records.exclusions for arn in wanted.principals),
        )

    @atomic
    def record_uses(self, repository: Repository, image: Image, pending: PendingManifest | None) -> bool:
        del pending
        if not self._is_open(repository):
            return False
        written = (image.push_id, image.pushed_at)
        self.repository(repository.id).uses |= {(named, image.digest): written for named in image.named}
        return True

    @atomic
    def keep_layer(self, repository: RepositoryId, layer: Digest) -> bool:
        self.repository(repository).marked.discard(layer)
        return (*repository, layer) in self.records.layers

    @atomic
    def keep_image(self, image: Image) -> bool:
        return self._change(image, deleting_at=None)

    @atomic
    def mark(self, image: Image, now: float) -> bool:
        return self._change(image, deleting_at=now)

    @atomic
    def commit(self, repository: Repository, image: Image, new: NewTag | None) -> Commit:
        kept = self.repository(repository.id)
        if not self._is_open(repository):
            return Commit.CLOSED
        if image.digest in kept.images or (new and kept.tags.get(new.tag) != new.moved_from):
            return Commit.CONFLICT
        kept.images[image.digest] = image
        self._point(kept, image, new)
        return Commit.DONE

    @atomic
    def add_tag(self, repository: Repository, image: Image, new: NewTag) -> Commit:
        kept = self.repository(repository.id)
        if not self._is_open(repository):
            return Commit.CLOSED
        found = kept.images.get(image.digest)
        is_here_to_stay = found and found.push_id == image.push_id and found.deleting_at is None
        if not found or not is_here_to_stay or found.tag_count >= new.max_tags:
            return Commit.CONFLICT
        if kept.tags.get(new.tag) != new.moved_from:
            return Commit.CONFLICT
        kept.images[image.digest] = replace(found, tag_count=found.tag_count + 1)
        self._point(kept, image, new)
        return Commit.DONE

    @atomic
    def read(self, repository: RepositoryId, digest: Digest) -> TaggedImage | None:
        image = self.repository(repository).images.get(digest)
        return self._tagged(image) if image else None

    @atomic
    def list_from(self, repository: RepositoryId, start: Digest | None, page_size: int) -> Iterator[TaggedImage]:
        del page_size
        images = sorted(self.repository(repository).images.items())
        return iter([self._tagged(image) for digest, image in images if start is None or digest >= start])

    @atomic
    def remove_tags(self, image: Image, tags: Sequence[str]) -> bool:
        kept = self.repository(image.repository)
        found = kept.images.get(image.digest)
        if found is None or found.push_id != image.push_id or any(kept.tags.get(tag) != image.digest for tag in tags):
            return False
        for tag in tags:
            del kept.tags[tag]
        return self._change(image, tag_count=found.tag_count - len(tags))

    @atomic
    def delete(self, image: Image, marked_at: float) -> bool:
        kept = self.repository(image.repository)
        found = kept.images.get(image.digest)
        if found is None or (found.push_id, found.deleting_at, found.tag_count) != (image.push_id, marked_at, 0):
            return False
        del kept.images[image.digest]
        mine = (image.digest, image.push_id)
        kept.uses = {key: use for key, use in kept.uses.items() if (key[1], use[0]) != mine}
        return True

    @atomic
    def change_storage_class(self, image: Image, storage_class: StorageClass, now: float) -> bool:
        at = "archived_at" if storage_class is StorageClass.ARCHIVE else "restored_at"
        if storage_class is StorageClass.ARCHIVE:
            self.note_archive(image.repository)
        return self._change(image, storage_class=storage_class, **{at: now})

    @atomic
    def only_archived(self, repository: RepositoryId, layers: Collection[Digest]) -> frozenset[Digest]:
        kept = self.repository(repository)
        users = {
            layer: [kept.images[by] for named, by in kept.uses if named == layer and by in kept.images]
            for layer in layers
        }
        return frozenset(
            layer for layer, images in users.items() if images and all(each.is_archived for each in images)
        )

    def note_archive(self, repository: RepositoryId) -> None:
        """As the repository's record does."""
        found = self.records.repositories.get(repository)
        if found is not None:
            self.records.repositories[repository] = replace(found, has_archived=True)

    @atomic
    def list_referrers(
        self, repository: RepositoryId, subject: Digest, start: Digest | None, limit: int
    ) -> tuple[list[Image], Digest | None]:
        about = [image for _, image in sorted(self.repository(repository).images.items()) if image.subject == subject]
        left = [image for image in about if start is None or image.digest >= start]
        return left[:limit], left[limit].digest if len(left) > limit else None

    @atomic
    def remove_all(self, repository: Repository) -> None:
        present = self.records.repositories.get(repository.id)
        if present and present.incarnation == repository.incarnation and present.deleting:
            self.kept.pop(repository.id, None)

    @atomic
    def tags_after(self, repository: RepositoryId, after: str, limit: int) -> list[str]:
        return sorted(tag for tag in self.repository(repository).tags if tag > after)[:limit]

    @atomic
    def record_pull(self, image: Image, now: float) -> None:
        found = self.repository(image.repository).images.get(image.digest)
        if found and (found.pulled_at is None or found.pulled_at <= now - PULL_TIME_SECONDS):
            self._change(image, pulled_at=now)

    def _point(self, kept: MemoryRepository, image: Image, new: NewTag | None) -> None:
        if new is None:
            return
        if new.moved_from is not None:
            former = kept.images[new.moved_from]
            kept.images[former.digest] = replace(former, tag_count=former.tag_count - 1)
        kept.tags[new.tag] = image.digest

    def _tagged(self, image: Image) -> TaggedImage:
        tags = self.repository(image.repository).tags
        return TaggedImage(image, tuple(sorted(tag for tag, digest in tags.items() if digest == image.digest)))

    def _change(self, image: Image, **changed: object) -> bool:
        images = self.repository(image.repository).images
        found = images.get(image.digest)
        if found is None or found.push_id != image.push_id:
            return False
        images[image.digest] = replace(found, **changed)  # type: ignore[arg-type]
        return True

    def _is_open(self, repository: Repository) -> bool:
        live = self.records.live_repository(repository.id)
        return live is not None and live.incarnation == repository.incarnation


class MemoryManifests:
    """Implements the port `ManifestStore`."""

    def __init__(self) -> None:
        self.manifests: dict[str, bytes] = {}

    def manifest_key(self, registry_id: str, push_id: str) -> str:
        return f"manifests/{registry_id}/{push_id}"

    def put_manifest(self, object_key: str, content: bytes, encryption: Encryption) -> None:
        del encryption
        self.manifests[object_key] = content

    def get_manifest(self, object_key: str) -> bytes | None:
        return self.manifests.get(object_key)
