"""Completes a direct upload by its id alone, like CompleteLayerUpload with the announced digest."""

from moorage.domain.errors import RepositoryNotFoundError, UploadNotFoundError
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_layer_upload import CompletedLayer, complete_layer_upload
from moorage.usecases.direct_uploads._find_direct_upload import find_direct_upload
from moorage.usecases.ports import Ports


def complete_direct_upload(
    registry_id: str, upload_id: str, ports: Ports, deadline: float | None = None
) -> CompletedLayer:
    """Verify and commit.

    Raises: UploadNotFoundError, also if the repository is not there any more, and the errors of complete_layer_upload.
    """
    try:
        return complete_layer_upload(completion_of(registry_id, upload_id, ports), ports, deadline)
    except (RepositoryNotFoundError, UploadNotFoundError) as error:
        raise UploadNotFoundError(upload_id, registry_id) from error


def completion_of(registry_id: str, upload_id: str, ports: Ports) -> CompleteLayerUpload:
    """The request that completes a direct upload. Raises: UploadNotFoundError."""
    upload, claim = find_direct_upload(registry_id, upload_id, ports)
    return CompleteLayerUpload(upload=upload.ref, layer_digests=(str(claim.digest),))
