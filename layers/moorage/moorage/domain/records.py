"""The records with a meaning of their own. A stored part is not one: it belongs to its upload."""

from moorage.domain.images.image import Image, PendingManifest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.upload import Upload

Record = Repository | Layer | Blob | Image | PendingManifest | Upload
