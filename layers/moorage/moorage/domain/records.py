"""The types of records whose changes matter on their own. Stored parts do not: they belong to their upload."""

from moorage.domain.images.image import Image, ImageTag, PendingManifest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.upload import Upload

Record = Repository | Layer | Blob | Image | ImageTag | PendingManifest | Upload
