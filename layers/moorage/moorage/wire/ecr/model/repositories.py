"""ECR's operations on repositories: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import (
    ENCRYPTION_TYPE,
    IMAGE_TAG_MUTABILITY,
    IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
    MAX_RESULTS,
    REGISTRY_ID,
    REPOSITORY_NAME,
    TAG_LIST,
)
from moorage.wire.shapes import BooleanShape, ListShape, StringShape, StructureShape

IMAGE_SCANNING_CONFIGURATION = StructureShape({"scanOnPush": BooleanShape()})
KMS_KEY = StringShape(min=1, max=2048)
ENCRYPTION_CONFIGURATION = StructureShape(
    {"encryptionType": ENCRYPTION_TYPE, "kmsKey": KMS_KEY}, frozenset({"encryptionType"})
)
REPOSITORY_NAME_LIST = ListShape(REPOSITORY_NAME, min=1, max=100)
TAG_KEY_LIST = ListShape(StringShape())

INPUTS: dict[str, StructureShape] = {
    "CreateRepository": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "tags": TAG_LIST,
            "imageTagMutability": IMAGE_TAG_MUTABILITY,
            "imageTagMutabilityExclusionFilters": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
            "imageScanningConfiguration": IMAGE_SCANNING_CONFIGURATION,
            "encryptionConfiguration": ENCRYPTION_CONFIGURATION,
        },
        frozenset({"repositoryName"}),
    ),
    "DeleteRepository": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "force": BooleanShape()},
        frozenset({"repositoryName"}),
    ),
    "DescribeRepositories": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryNames": REPOSITORY_NAME_LIST,
            "nextToken": StringShape(),
            "maxResults": MAX_RESULTS,
        }
    ),
    "ListTagsForResource": StructureShape({"resourceArn": StringShape()}, frozenset({"resourceArn"})),
    "PutImageScanningConfiguration": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageScanningConfiguration": IMAGE_SCANNING_CONFIGURATION,
        },
        frozenset({"imageScanningConfiguration", "repositoryName"}),
    ),
    "PutImageTagMutability": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageTagMutability": IMAGE_TAG_MUTABILITY,
            "imageTagMutabilityExclusionFilters": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
        },
        frozenset({"imageTagMutability", "repositoryName"}),
    ),
    "TagResource": StructureShape({"resourceArn": StringShape(), "tags": TAG_LIST}, frozenset({"resourceArn", "tags"})),
    "UntagResource": StructureShape(
        {"resourceArn": StringShape(), "tagKeys": TAG_KEY_LIST}, frozenset({"resourceArn", "tagKeys"})
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "CreateRepository": frozenset(
        {
            "InvalidParameterException",
            "InvalidTagParameterException",
            "KmsException",
            "LimitExceededException",
            "RepositoryAlreadyExistsException",
            "ServerException",
            "TooManyTagsException",
        }
    ),
    "DeleteRepository": frozenset(
        {
            "InvalidParameterException",
            "KmsException",
            "RepositoryNotEmptyException",
            "RepositoryNotFoundException",
            "ServerException",
        }
    ),
    "DescribeRepositories": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
    "ListTagsForResource": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
    "PutImageScanningConfiguration": frozenset(
        {"InvalidParameterException", "RepositoryNotFoundException", "ServerException", "ValidationException"}
    ),
    "PutImageTagMutability": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
    "TagResource": frozenset(
        {
            "InvalidParameterException",
            "InvalidTagParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "TooManyTagsException",
        }
    ),
    "UntagResource": frozenset(
        {
            "InvalidParameterException",
            "InvalidTagParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "TooManyTagsException",
        }
    ),
}
