"""What a finding is about: the identity of a record or an object, the same in every inventory.

The text of a subject is what fsck prints.
"""

from typing import NamedTuple

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.layer import ContentId, Layer, Link
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports.inventory import ImageRow, ListedMultipart, ListedObject, PartOf


class LayerKey(NamedTuple):
    """A layer of a repository."""

    repository: RepositoryId
    digest: Digest

    @classmethod
    def of(cls, layer: Layer) -> "LayerKey":
        """The key of this layer."""
        return cls(layer.repository, layer.digest)

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


class ImageKey(NamedTuple):
    """An image of a repository."""

    repository: RepositoryId
    digest: Digest

    @classmethod
    def of(cls, image: Image) -> "ImageKey":
        """The key of this image."""
        return cls(image.repository, image.digest)

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


class UploadKey(NamedTuple):
    """An upload, by its id."""

    upload_id: str

    def __str__(self) -> str:
        return self.upload_id


class PushKey(NamedTuple):
    """The push of a manifest, by its id."""

    push_id: str

    def __str__(self) -> str:
        return self.push_id


ImageSubject = ImageKey | ImageRow | PushKey
OtherSubject = RepositoryId | LayerKey | ContentId | Link | UploadKey | PartOf | ListedObject | ListedMultipart
Subject = ImageSubject | OtherSubject
