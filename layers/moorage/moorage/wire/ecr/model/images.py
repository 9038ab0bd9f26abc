"""ECR's operations on images: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import (
    FIFTY_MAX_RESULTS,
    IMAGE_IDENTIFIER,
    IMAGE_IDENTIFIER_LIST,
    IMAGE_TAG,
    MAX_RESULTS,
    REGISTRY_ID,
    REPOSITORY_NAME,
    TAG_STATUS,
)
from moorage.wire.shapes import ListShape, StringShape, StructureShape

MEDIA_TYPE_LIST = ListShape(StringShape(), min=1, max=100)
IMAGE_STATUS_FILTER = StringShape(enum=("ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"))
DESCRIBE_IMAGES_FILTER = StructureShape({"tagStatus": TAG_STATUS, "imageStatus": IMAGE_STATUS_FILTER})
SUBJECT_IDENTIFIER = StructureShape({"imageDigest": StringShape()}, frozenset({"imageDigest"}))
ARTIFACT_TYPE = StringShape(min=1, max=255)
ARTIFACT_TYPE_LIST = ListShape(ARTIFACT_TYPE, max=5)
ARTIFACT_STATUS_FILTER = StringShape(enum=("ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"))
LIST_IMAGE_REFERRERS_FILTER = StructureShape(
    {"artifactTypes": ARTIFACT_TYPE_LIST, "artifactStatus": ARTIFACT_STATUS_FILTER}
)
LIST_IMAGES_FILTER = StructureShape({"tagStatus": TAG_STATUS, "imageStatus": IMAGE_STATUS_FILTER})
IMAGE_MANIFEST = StringShape(min=1, max=4194304)
TARGET_STORAGE_CLASS = StringShape(enum=("STANDARD", "ARCHIVE"))

INPUTS: dict[str, StructureShape] = {
    "BatchDeleteImage": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "imageIds": IMAGE_IDENTIFIER_LIST},
        frozenset({"imageIds", "repositoryName"}),
    ),
    "BatchGetImage": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageIds": IMAGE_IDENTIFIER_LIST,
            "acceptedMediaTypes": MEDIA_TYPE_LIST,
        },
        frozenset({"imageIds", "repositoryName"}),
    ),
    "DescribeImages": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageIds": IMAGE_IDENTIFIER_LIST,
            "nextToken": StringShape(),
            "maxResults": MAX_RESULTS,
            "filter": DESCRIBE_IMAGES_FILTER,
        },
        frozenset({"repositoryName"}),
    ),
    "ListImageReferrers": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "subjectId": SUBJECT_IDENTIFIER,
            "filter": LIST_IMAGE_REFERRERS_FILTER,
            "nextToken": StringShape(),
            "maxResults": FIFTY_MAX_RESULTS,
        },
        frozenset({"repositoryName", "subjectId"}),
    ),
    "ListImages": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "nextToken": StringShape(),
            "maxResults": MAX_RESULTS,
            "filter": LIST_IMAGES_FILTER,
        },
        frozenset({"repositoryName"}),
    ),
    "PutImage": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageManifest": IMAGE_MANIFEST,
            "imageManifestMediaType": StringShape(),
            "imageTag": IMAGE_TAG,
            "imageDigest": StringShape(),
        },
        frozenset({"imageManifest", "repositoryName"}),
    ),
    "UpdateImageStorageClass": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageId": IMAGE_IDENTIFIER,
            "targetStorageClass": TARGET_STORAGE_CLASS,
        },
        frozenset({"imageId", "repositoryName", "targetStorageClass"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "BatchDeleteImage": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
    "BatchGetImage": frozenset(
        {
            "InvalidParameterException",
            "LimitExceededException",
            "RepositoryNotFoundException",
            "ServerException",
            "UnableToGetUpstreamImageException",
        }
    ),
    "DescribeImages": frozenset(
        {"ImageNotFoundException", "InvalidParameterException", "RepositoryNotFoundException", "ServerException"}
    ),
    "ListImageReferrers": frozenset(
        {
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "UnableToListUpstreamImageReferrersException",
            "ValidationException",
        }
    ),
    "ListImages": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
    "PutImage": frozenset(
        {
            "ImageAlreadyExistsException",
            "ImageDigestDoesNotMatchException",
            "ImageTagAlreadyExistsException",
            "InvalidParameterException",
            "KmsException",
            "LayersNotFoundException",
            "LimitExceededException",
            "ReferencedImagesNotFoundException",
            "RepositoryNotFoundException",
            "ServerException",
        }
    ),
    "UpdateImageStorageClass": frozenset(
        {
            "ImageNotFoundException",
            "ImageStorageClassUpdateNotSupportedException",
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
}
