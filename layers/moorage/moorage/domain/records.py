"""The types of records whose changes matter on their own. Stored parts do not: they belong to their upload."""

from moorage.domain.images.image import Image, ImageTag, PendingManifest
from moorage.domain.layer import Blob, Expiry, Layer, Link
from moorage.domain.repositories.repository import Repository
from moorage.domain.uploads.upload import Upload

SCHEMA_VERSION = 2
"""Of the records that this code writes. Version 1 counted a blob's layers in its record; version 2 has links."""

Record = Repository | Layer | Blob | Link | Expiry | Image | ImageTag | PendingManifest | Upload
