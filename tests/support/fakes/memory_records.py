"""The table: what the three record ports share, and the lock that makes a transaction of each of their methods."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from threading import RLock
from typing import Any

from moorage.domain.digest import Digest
from moorage.domain.layer import Blob, ContentId, Layer, Link, link_of
from moorage.domain.repositories.creation_template import CreationTemplate
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.relay_progress import StoredPart
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.settings import PullTimeExclusion


@dataclass
class MemoryRecords:
    """Every record, by the identity that its key in DynamoDB stands for."""

    repositories: dict[RepositoryId, Repository] = field(default_factory=dict)
    layers: dict[tuple[str, str, Digest], Layer] = field(default_factory=dict)
    blobs: dict[ContentId, Blob] = field(default_factory=dict)
    links: dict[tuple[ContentId, RepositoryId], Link] = field(default_factory=dict)
    expiries: dict[ContentId, int] = field(default_factory=dict)
    collecting: dict[str, str] = field(default_factory=dict)
    """Closed content: its object key, and who closed it."""
    uploads: dict[str, Upload] = field(default_factory=dict)
    closed: set[tuple[RepositoryId, str]] = field(default_factory=set)
    """Gates: repositories by name and incarnation that take nothing new, also after their deletion."""
    parts: dict[str, dict[int, StoredPart]] = field(default_factory=dict)
    templates: dict[tuple[str, str], CreationTemplate] = field(default_factory=dict)
    settings: dict[tuple[str, str], str] = field(default_factory=dict)
    exclusions: dict[tuple[str, str], PullTimeExclusion] = field(default_factory=dict)
    registry_policies: dict[str, str] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def live_repository(self, repository_id: RepositoryId) -> Repository | None:
        """The repository, unless its deletion has begun."""
        repository = self.repository(repository_id)
        return None if repository is None or repository.deleting else repository

    def is_closed(self, repository_id: RepositoryId, incarnation: str) -> bool:
        """Whether this incarnation's deletion has begun."""
        return (repository_id, incarnation) in self.closed

    def repository(self, repository_id: RepositoryId) -> Repository | None:
        """The repository, with the policies that decide about it."""
        found = self.repositories.get(repository_id)
        if found is None:
            return None
        texts = (found.policy, self.registry_policies.get(repository_id.registry_id))
        return replace(found, policies=tuple(text for text in texts if text))

    def blob(self, registry_id: str, digest: Digest, encryption: Encryption) -> Blob | None:
        """The content that repositories with this encryption share."""
        return self.blobs.get(ContentId(registry_id, digest, encryption.sharing_id))

    def links_to(self, content: ContentId) -> list[Link]:
        """The links of all repositories to it."""
        return [link for (linked, _), link in self.links.items() if linked == content]

    def replace_object(self, content: ContentId, object_key: str) -> None:
        """Give it another object, as a push does that restores it: nobody links who has read the former key."""
        former = self.blobs[content]
        self.collecting[former.object_key] = ""
        self.blobs[content] = replace(former, object_key=object_key)

    def collect(self) -> None:
        """Remove all content, as the collector does."""
        self.collecting.update({blob.object_key: "collector" for blob in self.blobs.values()})
        self.blobs.clear()

    def remove_layer(self, layer: Layer, encryption: Encryption) -> None:
        """Remove a layer and its link."""
        del self.layers[*layer.repository, layer.digest]
        link = link_of(layer, encryption)
        self.links.pop((link.content, link.repository), None)


def atomic(method: Callable[..., Any]) -> Any:
    """Run a method of a port as one transaction on its records."""

    @wraps(method)
    def run(self: Any, *arguments: Any, **named: Any) -> Any:
        with self.records.lock:
            return method(self, *arguments, **named)

    return run
