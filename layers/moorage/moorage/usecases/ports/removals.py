"""Ports for the removal of images and layers. ADR 45 explains how a push and a removal see each other.

Every method may raise UnavailableError (throttling, outage, conflict). Reads are strongly consistent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.digest import Digest
from moorage.domain.images.image import TaggedImage
from moorage.domain.layer import Layer
from moorage.domain.repositories.repository import Repository, RepositoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The image `by` names `named`, or its push was about to; `push_id` is that push's. Times are epoch seconds."""

    named: Digest
    by: Digest
    push_id: str
    written_at: float


class Removals(Protocol):
    """Conditional removals, and the uses that forbid them."""

    def uses_of(self, repository: RepositoryId, named: Digest) -> list[Use]:
        """Everything that says that it uses a layer or an image."""

    def all_uses(self, repository: RepositoryId) -> Iterator[Use]:
        """Every use in the repository; read as far as they are consumed."""

    def image_digests(self, repository: RepositoryId) -> set[Digest]:
        """The digests of all images."""

    def remove_use(self, repository: RepositoryId, use: Use) -> None:
        """Remove it, unless another push has written it again."""

    def remove_image(self, tagged: TaggedImage, marked_at: float) -> bool:
        """Remove an image, its tags and its uses; False if the mark was cleared, or if its tags have changed."""

    def archive_image(self, tagged: TaggedImage, now: float) -> bool:
        """Archive an image; False if it is archived already, about to be removed, or if its tags are others."""

    def mark_layer(self, layer: Layer, now: float, unused_since: float) -> bool:
        """Mark a layer as about to be removed; False if it was confirmed after `unused_since`, or is gone."""

    def remove_layer(self, repository: Repository, layer: Layer, marked_at: float) -> bool:
        """Remove a layer, and the repository's link to its content; False if the mark was cleared."""
