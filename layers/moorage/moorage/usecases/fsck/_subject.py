"""What a finding is about: the identity of a record or an object, the same in every inventory.

The text of a subject is what fsck prints.
"""

from typing import NamedTuple

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.layer import Blob, Layer
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


class BlobKey(NamedTuple):
    """A registry's content under one encryption."""

    registry_id: str
    digest: Digest
    sharing_id: str

    @classmethod
    def of(cls, blob: Blob) -> "BlobKey":
        """The key of this blob."""
        return cls(blob.registry_id, blob.digest, blob.encryption.sharing_id)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.registry_id, str(self.digest), self.sharing_id)))


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
OtherSubject = RepositoryId | LayerKey | BlobKey | UploadKey | PartOf | ListedObject | ListedMultipart
Subject = ImageSubject | OtherSubject
