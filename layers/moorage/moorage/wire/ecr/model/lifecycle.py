"""ECR's operations on lifecycle: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import IMAGE_IDENTIFIER_LIST, REGISTRY_ID, REPOSITORY_NAME, TAG_STATUS
from moorage.wire.shapes import IntegerShape, StringShape, StructureShape

LIFECYCLE_PREVIEW_MAX_RESULTS = IntegerShape(min=1, max=100)
LIFECYCLE_POLICY_PREVIEW_FILTER = StructureShape({"tagStatus": TAG_STATUS})
LIFECYCLE_POLICY_TEXT = StringShape(min=100, max=30720)

INPUTS: dict[str, StructureShape] = {
    "DeleteLifecyclePolicy": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME}, frozenset({"repositoryName"})
    ),
    "GetLifecyclePolicy": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME}, frozenset({"repositoryName"})
    ),
    "GetLifecyclePolicyPreview": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageIds": IMAGE_IDENTIFIER_LIST,
            "nextToken": StringShape(),
            "maxResults": LIFECYCLE_PREVIEW_MAX_RESULTS,
            "filter": LIFECYCLE_POLICY_PREVIEW_FILTER,
        },
        frozenset({"repositoryName"}),
    ),
    "PutLifecyclePolicy": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "lifecyclePolicyText": LIFECYCLE_POLICY_TEXT},
        frozenset({"lifecyclePolicyText", "repositoryName"}),
    ),
    "StartLifecyclePolicyPreview": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "lifecyclePolicyText": LIFECYCLE_POLICY_TEXT},
        frozenset({"repositoryName"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "DeleteLifecyclePolicy": frozenset(
        {
            "InvalidParameterException",
            "LifecyclePolicyNotFoundException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "GetLifecyclePolicy": frozenset(
        {
            "InvalidParameterException",
            "LifecyclePolicyNotFoundException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "GetLifecyclePolicyPreview": frozenset(
        {
            "InvalidParameterException",
            "LifecyclePolicyPreviewNotFoundException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "PutLifecyclePolicy": frozenset(
        {"InvalidParameterException", "RepositoryNotFoundException", "ServerException", "ValidationException"}
    ),
    "StartLifecyclePolicyPreview": frozenset(
        {
            "InvalidParameterException",
            "LifecyclePolicyNotFoundException",
            "LifecyclePolicyPreviewInProgressException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
}
