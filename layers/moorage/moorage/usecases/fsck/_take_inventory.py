"""An inventory of everything that is stored and that fsck compares. Memory grows with the number of records."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from moorage.domain.images.image import Image, PendingManifest, digest_of
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.fsck._subject import BlobKey, ImageKey
from moorage.usecases.ports.inventory import ImageRow, Inventory, ListedMultipart, ListedObject, PartOf

Progress = Callable[[str, int], None]
"""Called with what is being read or checked, and the number of new ones."""


@dataclass(slots=True)
class Look:
    """The result of one scan. `refs` counts the layers that point to each blob. Images have no manifests here.

    `damaged_manifests` are images whose record holds a manifest of another digest.
    """

    objects: dict[str, ListedObject] = field(default_factory=dict)
    multiparts: list[ListedMultipart] = field(default_factory=list)
    repositories: dict[RepositoryId, Repository] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    blobs: dict[BlobKey, Blob] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    parts: list[PartOf] = field(default_factory=list)
    images: dict[ImageKey, Image] = field(default_factory=dict)
    rows: dict[ImageRow, ImageRow] = field(default_factory=dict)
    pending: dict[str, PendingManifest] = field(default_factory=dict)
    damaged_manifests: set[ImageKey] = field(default_factory=set)

    def blob_of(self, layer: Layer) -> BlobKey:
        """Which blob a layer points to: that of its repository's encryption."""
        repository = self.repositories.get(layer.repository)
        sharing_id = repository.encryption.sharing_id if repository else ""
        return BlobKey(layer.repository.registry_id, layer.digest, sharing_id)

    def refs(self) -> Counter[BlobKey]:
        """How many layers point to each blob."""
        return Counter(self.blob_of(layer) for layer in self.layers)

    def is_in_progress(self, upload_id: str | None, now: float) -> bool:
        """Whether this upload exists, is open and has not expired: then everything that it has stored is needed."""
        upload = self.uploads.get(upload_id or "")
        return upload is not None and upload.status is UploadStatus.OPEN and not upload.has_expired(now)


def take_inventory(inventory: Inventory, progress: Progress) -> Look:
    """Take one inventory. The bucket is read first: by the time the table is read, its objects have their records."""
    look = Look()
    for listed in inventory.objects():
        look.objects[listed.object_key] = listed
        progress("objects", 1)
    for multipart in inventory.multiparts():
        look.multiparts.append(multipart)
        progress("multipart uploads", 1)
    for record in inventory.records():
        _note(look, record)
        progress("records", 1)
    return look


def _note(look: Look, record: object) -> None:
    match record:
        case Repository():
            look.repositories[record.id] = record
        case Layer():
            look.layers.append(record)
        case Blob():
            look.blobs[BlobKey.of(record)] = record
        case Upload():
            look.uploads[record.upload_id] = record
        case PartOf():
            look.parts.append(record)
        case Image():
            _note_image(look, record)
        case ImageRow():
            look.rows[record] = record
        case PendingManifest():
            look.pending[record.push_id] = record


def _note_image(look: Look, image: Image) -> None:
    key = ImageKey.of(image)
    look.images[key] = replace(image, content=None)
    if image.content is not None and digest_of(image.content, image.digest.algorithm) != image.digest:
        look.damaged_manifests.add(key)
