"""The records with a meaning of their own. A stored part is not one: it belongs to its upload."""

from moorage.domain.image import Image, PendingManifest
from moorage.domain.layer import Blob, Layer
from moorage.domain.repository import Repository
from moorage.domain.upload import Upload

Record = Repository | Layer | Blob | Image | PendingManifest | Upload
