"""What callers read: people search for these sentences."""

import pytest
from moorage.domain import errors
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_ref import UploadRef

REGISTRY, NAME, UPLOAD = "123456789012", "harbour/anchor", "0a0a0a0a-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            errors.RepositoryNotFoundError(RepositoryId(REGISTRY, NAME)),
            f"The repository with name '{NAME}' does not exist in the registry with id '{REGISTRY}'",
        ),
        (
            errors.EmptyUploadError(UploadRef(RepositoryId(REGISTRY, NAME), UPLOAD)),
            f"The upload with id '{UPLOAD}' in the repository with name '{NAME}' in registry with id '{REGISTRY}' "
            "cannot be completed because it does not have any parts",
        ),
        (
            errors.LayerPartTooSmallError(5 * 1024 * 1024),
            "All layer parts except the last part should be at least 5MB",
        ),
        (
            errors.LayerPartTooSmallError(3_000_000),
            "All layer parts except the last part should be at least 3000000 bytes",
        ),
        (
            errors.InvalidLayerError(errors.InvalidLayerError.NO_MATCH),
            "None of the provided layer digests match the calculated layer digest",
        ),
        (
            errors.LayersNotFoundError(RepositoryId(REGISTRY, NAME), ["md5:00", "md5:01"]),
            f"Layers with digests '[md5:00, md5:01]' do not exist in the repository with name '{NAME}' in the "
            f"registry with id '{REGISTRY}'",
        ),
        (
            errors.InvalidParameterError("layerDigests[3]", "must be a string"),
            "Invalid parameter at 'layerDigests[3]' failed to satisfy constraint: 'must be a string'",
        ),
        (errors.UnknownOperationError("PutImage"), "Moorage has no operation named 'PutImage'"),
        (
            errors.EncryptionError("DisabledException"),
            "The operation failed due to a KMS exception: DisabledException",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_text_is_the_one_that_people_know(error: errors.MoorageError, text: str):
    assert str(error) == text
