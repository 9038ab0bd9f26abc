"""ECR's operations on signing: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import IMAGE_IDENTIFIER, REGISTRY_ID, REPOSITORY_NAME
from moorage.wire.shapes import ListShape, StringShape, StructureShape

SIGNING_PROFILE_ARN = StringShape(
    pattern=r"^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$", max=200
)
SIGNING_REPOSITORY_FILTER_VALUE = StringShape(
    pattern=r"^(?:[a-z0-9*]+(?:[._-][a-z0-9*]+)*/)*[a-z0-9*]+(?:[._-][a-z0-9*]+)*$", min=1, max=256
)
SIGNING_REPOSITORY_FILTER_TYPE = StringShape(enum=("WILDCARD_MATCH",))
SIGNING_REPOSITORY_FILTER = StructureShape(
    {"filter": SIGNING_REPOSITORY_FILTER_VALUE, "filterType": SIGNING_REPOSITORY_FILTER_TYPE},
    frozenset({"filter", "filterType"}),
)
SIGNING_REPOSITORY_FILTER_LIST = ListShape(SIGNING_REPOSITORY_FILTER, min=1, max=100)
SIGNING_RULE = StructureShape(
    {"signingProfileArn": SIGNING_PROFILE_ARN, "repositoryFilters": SIGNING_REPOSITORY_FILTER_LIST},
    frozenset({"signingProfileArn"}),
)
SIGNING_RULE_LIST = ListShape(SIGNING_RULE, max=10)
SIGNING_CONFIGURATION = StructureShape({"rules": SIGNING_RULE_LIST}, frozenset({"rules"}))

INPUTS: dict[str, StructureShape] = {
    "DeleteSigningConfiguration": StructureShape({}),
    "DescribeImageSigningStatus": StructureShape(
        {"repositoryName": REPOSITORY_NAME, "imageId": IMAGE_IDENTIFIER, "registryId": REGISTRY_ID},
        frozenset({"imageId", "repositoryName"}),
    ),
    "GetSigningConfiguration": StructureShape({}),
    "PutSigningConfiguration": StructureShape(
        {"signingConfiguration": SIGNING_CONFIGURATION}, frozenset({"signingConfiguration"})
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "DeleteSigningConfiguration": frozenset(
        {"ServerException", "SigningConfigurationNotFoundException", "ValidationException"}
    ),
    "DescribeImageSigningStatus": frozenset(
        {
            "ImageNotFoundException",
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "GetSigningConfiguration": frozenset(
        {"InvalidParameterException", "ServerException", "SigningConfigurationNotFoundException", "ValidationException"}
    ),
    "PutSigningConfiguration": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
}
