"""ECR's operations on layers: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import REGISTRY_ID, REPOSITORY_NAME
from moorage.wire.shapes import BlobShape, IntegerShape, ListShape, StringShape, StructureShape

BATCHED_OPERATION_LAYER_DIGEST = StringShape(max=1000)
BATCHED_OPERATION_LAYER_DIGEST_LIST = ListShape(BATCHED_OPERATION_LAYER_DIGEST, min=1, max=100)
UPLOAD_ID = StringShape(pattern=r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
LAYER_DIGEST = StringShape(pattern=r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")
LAYER_DIGEST_LIST = ListShape(LAYER_DIGEST, min=1, max=100)
PART_SIZE = IntegerShape(min=0)
LAYER_PART_BLOB = BlobShape(max=20971520)

INPUTS: dict[str, StructureShape] = {
    "BatchCheckLayerAvailability": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "layerDigests": BATCHED_OPERATION_LAYER_DIGEST_LIST,
        },
        frozenset({"layerDigests", "repositoryName"}),
    ),
    "CompleteLayerUpload": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "uploadId": UPLOAD_ID,
            "layerDigests": LAYER_DIGEST_LIST,
        },
        frozenset({"layerDigests", "repositoryName", "uploadId"}),
    ),
    "GetDownloadUrlForLayer": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "layerDigest": LAYER_DIGEST},
        frozenset({"layerDigest", "repositoryName"}),
    ),
    "InitiateLayerUpload": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME}, frozenset({"repositoryName"})
    ),
    "UploadLayerPart": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "uploadId": UPLOAD_ID,
            "partFirstByte": PART_SIZE,
            "partLastByte": PART_SIZE,
            "layerPartBlob": LAYER_PART_BLOB,
        },
        frozenset({"layerPartBlob", "partFirstByte", "partLastByte", "repositoryName", "uploadId"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "BatchCheckLayerAvailability": frozenset(
        {"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}
    ),
    "CompleteLayerUpload": frozenset(
        {
            "EmptyUploadException",
            "InvalidLayerException",
            "InvalidParameterException",
            "KmsException",
            "LayerAlreadyExistsException",
            "LayerPartTooSmallException",
            "RepositoryNotFoundException",
            "ServerException",
            "UploadNotFoundException",
        }
    ),
    "GetDownloadUrlForLayer": frozenset(
        {
            "InvalidParameterException",
            "LayerInaccessibleException",
            "LayersNotFoundException",
            "RepositoryNotFoundException",
            "ServerException",
            "UnableToGetUpstreamLayerException",
        }
    ),
    "InitiateLayerUpload": frozenset(
        {"InvalidParameterException", "KmsException", "RepositoryNotFoundException", "ServerException"}
    ),
    "UploadLayerPart": frozenset(
        {
            "InvalidLayerPartException",
            "InvalidParameterException",
            "KmsException",
            "LimitExceededException",
            "RepositoryNotFoundException",
            "ServerException",
            "UploadNotFoundException",
        }
    ),
}
