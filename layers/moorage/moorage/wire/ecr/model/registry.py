"""ECR's operations on registry: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import MAX_RESULTS, REGISTRY_ID
from moorage.wire.shapes import ListShape, StringShape, StructureShape

PRINCIPAL_ARN = StringShape(
    pattern=r"^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\w+=,.@-]+(/[\w+=,.@-]+)*$", max=200
)
ACCOUNT_SETTING_NAME = StringShape(min=1, max=64)
GET_AUTHORIZATION_TOKEN_REGISTRY_ID_LIST = ListShape(REGISTRY_ID, min=1, max=10)

INPUTS: dict[str, StructureShape] = {
    "DeregisterPullTimeUpdateExclusion": StructureShape({"principalArn": PRINCIPAL_ARN}, frozenset({"principalArn"})),
    "DescribeRegistry": StructureShape({}),
    "GetAccountSetting": StructureShape({"name": ACCOUNT_SETTING_NAME}, frozenset({"name"})),
    "GetAuthorizationToken": StructureShape({"registryIds": GET_AUTHORIZATION_TOKEN_REGISTRY_ID_LIST}),
    "ListPullTimeUpdateExclusions": StructureShape({"maxResults": MAX_RESULTS, "nextToken": StringShape()}),
    "PutAccountSetting": StructureShape(
        {"name": ACCOUNT_SETTING_NAME, "value": StringShape()}, frozenset({"name", "value"})
    ),
    "RegisterPullTimeUpdateExclusion": StructureShape({"principalArn": PRINCIPAL_ARN}, frozenset({"principalArn"})),
}
ERRORS: dict[str, frozenset[str]] = {
    "DeregisterPullTimeUpdateExclusion": frozenset(
        {
            "ExclusionNotFoundException",
            "InvalidParameterException",
            "LimitExceededException",
            "ServerException",
            "ValidationException",
        }
    ),
    "DescribeRegistry": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
    "GetAccountSetting": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
    "GetAuthorizationToken": frozenset({"InvalidParameterException", "ServerException"}),
    "ListPullTimeUpdateExclusions": frozenset(
        {"InvalidParameterException", "LimitExceededException", "ServerException", "ValidationException"}
    ),
    "PutAccountSetting": frozenset(
        {"InvalidParameterException", "LimitExceededException", "ServerException", "ValidationException"}
    ),
    "RegisterPullTimeUpdateExclusion": frozenset(
        {
            "ExclusionAlreadyExistsException",
            "InvalidParameterException",
            "LimitExceededException",
            "ServerException",
            "ValidationException",
        }
    ),
}
