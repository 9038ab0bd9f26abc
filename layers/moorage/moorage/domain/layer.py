"""Layers and blobs. A layer is a repository's reference to a blob. A blob is content that is stored once."""

from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId

DEFAULT_MEDIA_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
"""ECR's media type for a layer that was pushed without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """This repository has this blob. `upload_id` is the upload whose completion made the record.

    `last_confirmed_at` is the time at which a response last said that the layer exists, if that was recorded. Times are
    in epoch seconds.
    """

    repository: RepositoryId
    digest: Digest
    size_bytes: int
    upload_id: str
    created_at: float
    media_type: str = DEFAULT_MEDIA_TYPE
    last_confirmed_at: float | None = None

    @property
    def confirmed_at(self) -> float:
        """When it was pushed or last confirmed."""
        return self.created_at if self.last_confirmed_at is None else self.last_confirmed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Content that hashes to `digest`, under `object_key`; `refs` is the number of layer records that point to it."""

    registry_id: str
    digest: Digest
    encryption: Encryption
    object_key: str
    size_bytes: int
    refs: int
    verified_at: float
    lost_at: float | None = None
    """The time at which the object was found to be missing or damaged, in epoch seconds. The next push restores it."""
    expires_at: int | None = None
    """Epoch seconds; set while no layer refers to the blob."""
