"""The types of records whose changes matter on their own. Stored parts do not: they belong to their upload."""

from moorage.domain.images.image import Image, ImageTag, PendingManifest
from moorage.domain.layer import Blob, Expiry, Layer, Link
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.upload import Upload

Record = Repository | Layer | Blob | Link | Expiry | Image | ImageTag | PendingManifest | Upload
