"""Errors of requests for uploads and layers."""

from collections.abc import Iterable

from moorage.domain.errors.base import MoorageError
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_ref import UploadRef

MIB = 1024 * 1024


class UploadNotFoundError(MoorageError):
    """No such upload in that repository: never begun, expired, completed, or another repository's.

    `registry_id` alone where the caller named no repository.
    """

    def __init__(self, upload: UploadRef | str, registry_id: str = "") -> None:
        if isinstance(upload, str):
            upload_id, place = upload, "in registry"
        else:
            (registry_id, name), upload_id = upload
            place = f"in the repository with name '{name}' in registry"
        super().__init__(
            f"The upload with id '{upload_id}' {place} with id '{registry_id}' could not be found, or takes no more "
            "requests; initiate a new layer upload"
        )


class InvalidLayerPartError(MoorageError):
    """The part does not continue the layer, or its length contradicts its range.

    `last_valid_byte` is the last byte that counts as received (inclusive), -1 when nothing was: the next
    part starts one after it.
    """

    def __init__(self, reason: str, *, upload: UploadRef, last_valid_byte: int) -> None:
        super().__init__(reason)
        self.upload = upload
        self.last_valid_byte = last_valid_byte


class EmptyUploadError(MoorageError):
    """An upload without any bytes was completed."""

    def __init__(self, upload: UploadRef) -> None:
        registry_id, name = upload.repository
        super().__init__(
            f"The upload with id '{upload.upload_id}' in the repository with name '{name}' in registry with id "
            f"'{registry_id}' cannot be completed because it does not have any parts"
        )


class LayerPartTooSmallError(MoorageError):
    """A part that is not the last one is smaller than the registry's minimum."""

    def __init__(self, min_part_bytes: int) -> None:
        size = f"{min_part_bytes // MIB}MB" if min_part_bytes % MIB == 0 else f"{min_part_bytes} bytes"
        super().__init__(f"All layer parts except the last part should be at least {size}")


class InvalidLayerError(MoorageError):
    """The stored bytes do not hash to the caller's digest, or are not the bytes that were received."""

    NO_MATCH = "None of the provided layer digests match the calculated layer digest"
    DAMAGED = "The stored parts of this upload are not the ones that were received; initiate a new layer upload"


class LayerAlreadyExistsError(MoorageError):
    """The repository has the layer already, from another upload."""

    def __init__(self, repository: RepositoryId, digest: str) -> None:
        super().__init__(
            f"The layer with digest '{digest}' already exists in the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'"
        )


class LayersNotFoundError(MoorageError):
    """The repository does not have these layers. `for_image`: an image that is being pushed names them."""

    def __init__(self, repository: RepositoryId, digests: Iterable[str], *, for_image: bool = False) -> None:
        listed, registry = ", ".join(digests), f"in the registry with id '{repository.registry_id}'"
        if for_image:
            text = f"required for pushing image into repository with name '{repository.name}' {registry} do not exist"
        else:
            text = f"do not exist in the repository with name '{repository.name}' {registry}"
        super().__init__(f"Layers with digests '[{listed}]' {text}")
        self.for_image = for_image


class LayerInaccessibleError(MoorageError):
    """Only archived images use the layer."""

    def __init__(self, repository: RepositoryId, digest: str) -> None:
        super().__init__(
            f"The layer with digest '{digest}' in the repository with name '{repository.name}' in the registry with id "
            f"'{repository.registry_id}' is archived; restore an image that uses it"
        )
