"""An inventory of everything that is stored and that fsck compares. Memory grows with the number of records."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from moorage.domain.images.image import Image, PendingManifest, digest_of
from moorage.domain.layer import Blob, ContentId, Expiry, Layer, Link, ObjectOf, link_of
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.upload import Upload, UploadStatus
from moorage.usecases.fsck._subject import ImageKey, LayerKey
from moorage.usecases.ports.inventory import ImageRow, Inventory, ListedMultipart, ListedObject, PartOf

Progress = Callable[[str, int], None]
"""Called with what is being read or checked, and the number of new ones."""


@dataclass(slots=True)
class Look:
    """The result of one scan. `expiries` is the content that has one; `needed_links` are those that layers should have.
    `content_of` leads from an object's key to the content that the object is, or was.

    Images have no manifests here.

    `damaged_manifests` are images whose record holds a manifest of another digest.
    """

    objects: dict[str, ListedObject] = field(default_factory=dict)
    multiparts: list[ListedMultipart] = field(default_factory=list)
    repositories: dict[RepositoryId, Repository] = field(default_factory=dict)
    layers: dict[LayerKey, Layer] = field(default_factory=dict)
    blobs: dict[ContentId, Blob] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    expiries: set[ContentId] = field(default_factory=set)
    needed_links: dict[ContentId, set[Link]] = field(default_factory=dict)
    content_of: dict[str, ContentId] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    parts: list[PartOf] = field(default_factory=list)
    images: dict[ImageKey, Image] = field(default_factory=dict)
    rows: dict[ImageRow, ImageRow] = field(default_factory=dict)
    pending: dict[str, PendingManifest] = field(default_factory=dict)
    damaged_manifests: set[ImageKey] = field(default_factory=set)

    def link_of(self, layer: Layer) -> Link:
        """The link that a layer should have: to the content under its repository's encryption."""
        repository = self.repositories.get(layer.repository)
        return link_of(layer, repository.encryption if repository else Encryption())

    def may_be_lost_content(self, object_key: str) -> bool:
        """Whether layers need the content that this object was, and no record says which object it is now."""
        content = self.content_of.get(object_key)
        return content is not None and content in self.needed_links and content not in self.blobs

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
    for layer in look.layers.values():
        link = look.link_of(layer)
        look.needed_links.setdefault(link.content, set()).add(link)
    return look


def _note(look: Look, record: object) -> None:
    match record:
        case Repository():
            look.repositories[record.id] = record
        case Layer() | Blob() | Link() | Expiry():
            _note_content(look, record)
        case ObjectOf():
            look.content_of[record.object_key] = record.content
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


def _note_content(look: Look, record: Layer | Blob | Link | Expiry) -> None:
    match record:
        case Layer():
            look.layers[LayerKey.of(record)] = record
        case Blob():
            look.blobs[record.id] = record
        case Link():
            look.links.add(record)
        case Expiry():
            look.expiries.add(record.content)


def _note_image(look: Look, image: Image) -> None:
    key = ImageKey.of(image)
    look.images[key] = replace(image, content=None)
    if image.content is not None and digest_of(image.content, image.digest.algorithm) != image.digest:
        look.damaged_manifests.add(key)
