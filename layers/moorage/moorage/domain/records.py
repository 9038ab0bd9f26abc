"""The records that stand for themselves; a stored part belongs to its upload."""

from moorage.domain.layer import Blob, Layer
from moorage.domain.repository import Repository
from moorage.domain.upload import Upload

Record = Repository | Layer | Blob | Upload
