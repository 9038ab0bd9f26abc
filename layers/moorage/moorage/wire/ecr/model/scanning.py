"""ECR's operations on scanning: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import IMAGE_IDENTIFIER, MAX_RESULTS, REGISTRY_ID, REPOSITORY_NAME
from moorage.wire.shapes import ListShape, StringShape, StructureShape

SCANNING_CONFIGURATION_REPOSITORY_NAME_LIST = ListShape(REPOSITORY_NAME, min=1, max=25)
SCAN_TYPE = StringShape(enum=("BASIC", "ENHANCED"))
SCAN_FREQUENCY = StringShape(enum=("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"))
SCANNING_REPOSITORY_FILTER_VALUE = StringShape(pattern=r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$", min=1, max=255)
SCANNING_REPOSITORY_FILTER_TYPE = StringShape(enum=("WILDCARD",))
SCANNING_REPOSITORY_FILTER = StructureShape(
    {"filter": SCANNING_REPOSITORY_FILTER_VALUE, "filterType": SCANNING_REPOSITORY_FILTER_TYPE},
    frozenset({"filter", "filterType"}),
)
SCANNING_REPOSITORY_FILTER_LIST = ListShape(SCANNING_REPOSITORY_FILTER, max=100)
REGISTRY_SCANNING_RULE = StructureShape(
    {"scanFrequency": SCAN_FREQUENCY, "repositoryFilters": SCANNING_REPOSITORY_FILTER_LIST},
    frozenset({"repositoryFilters", "scanFrequency"}),
)
REGISTRY_SCANNING_RULE_LIST = ListShape(REGISTRY_SCANNING_RULE, max=2)

INPUTS: dict[str, StructureShape] = {
    "BatchGetRepositoryScanningConfiguration": StructureShape(
        {"repositoryNames": SCANNING_CONFIGURATION_REPOSITORY_NAME_LIST}, frozenset({"repositoryNames"})
    ),
    "DescribeImageScanFindings": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "imageId": IMAGE_IDENTIFIER,
            "nextToken": StringShape(),
            "maxResults": MAX_RESULTS,
        },
        frozenset({"imageId", "repositoryName"}),
    ),
    "GetRegistryScanningConfiguration": StructureShape({}),
    "PutRegistryScanningConfiguration": StructureShape({"scanType": SCAN_TYPE, "rules": REGISTRY_SCANNING_RULE_LIST}),
    "StartImageScan": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "imageId": IMAGE_IDENTIFIER},
        frozenset({"imageId", "repositoryName"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "BatchGetRepositoryScanningConfiguration": frozenset(
        {"InvalidParameterException", "RepositoryNotFoundException", "ServerException", "ValidationException"}
    ),
    "DescribeImageScanFindings": frozenset(
        {
            "ImageNotFoundException",
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "ScanNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "GetRegistryScanningConfiguration": frozenset(
        {"InvalidParameterException", "ServerException", "ValidationException"}
    ),
    "PutRegistryScanningConfiguration": frozenset(
        {"BlockedByOrganizationPolicyException", "InvalidParameterException", "ServerException", "ValidationException"}
    ),
    "StartImageScan": frozenset(
        {
            "ImageArchivedException",
            "ImageNotFoundException",
            "InvalidParameterException",
            "LimitExceededException",
            "RepositoryNotFoundException",
            "ServerException",
            "UnsupportedImageTypeException",
            "ValidationException",
        }
    ),
}
