"""ECR's operations on templates: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import (
    CUSTOM_ROLE_ARN,
    ENCRYPTION_TYPE,
    IMAGE_TAG_MUTABILITY,
    IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
    MAX_RESULTS,
    REPOSITORY_POLICY_TEXT,
    TAG_LIST,
)
from moorage.wire.shapes import ListShape, StringShape, StructureShape

PREFIX = StringShape(
    pattern=r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$", min=1, max=256
)
REPOSITORY_TEMPLATE_DESCRIPTION = StringShape(max=256)
KMS_KEY_FOR_REPOSITORY_CREATION_TEMPLATE = StringShape(
    pattern=r"^$|arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+", max=2048
)
ENCRYPTION_CONFIGURATION_FOR_REPOSITORY_CREATION_TEMPLATE = StructureShape(
    {"encryptionType": ENCRYPTION_TYPE, "kmsKey": KMS_KEY_FOR_REPOSITORY_CREATION_TEMPLATE},
    frozenset({"encryptionType"}),
)
LIFECYCLE_POLICY_TEXT_FOR_REPOSITORY_CREATION_TEMPLATE = StringShape(max=30720)
RCT_APPLIED_FOR = StringShape(enum=("REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"))
RCT_APPLIED_FOR_LIST = ListShape(RCT_APPLIED_FOR)
PREFIX_LIST = ListShape(PREFIX)

INPUTS: dict[str, StructureShape] = {
    "CreateRepositoryCreationTemplate": StructureShape(
        {
            "prefix": PREFIX,
            "description": REPOSITORY_TEMPLATE_DESCRIPTION,
            "encryptionConfiguration": ENCRYPTION_CONFIGURATION_FOR_REPOSITORY_CREATION_TEMPLATE,
            "resourceTags": TAG_LIST,
            "imageTagMutability": IMAGE_TAG_MUTABILITY,
            "imageTagMutabilityExclusionFilters": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
            "repositoryPolicy": REPOSITORY_POLICY_TEXT,
            "lifecyclePolicy": LIFECYCLE_POLICY_TEXT_FOR_REPOSITORY_CREATION_TEMPLATE,
            "appliedFor": RCT_APPLIED_FOR_LIST,
            "customRoleArn": CUSTOM_ROLE_ARN,
        },
        frozenset({"appliedFor", "prefix"}),
    ),
    "DeleteRepositoryCreationTemplate": StructureShape({"prefix": PREFIX}, frozenset({"prefix"})),
    "DescribeRepositoryCreationTemplates": StructureShape(
        {"prefixes": PREFIX_LIST, "nextToken": StringShape(), "maxResults": MAX_RESULTS}
    ),
    "UpdateRepositoryCreationTemplate": StructureShape(
        {
            "prefix": PREFIX,
            "description": REPOSITORY_TEMPLATE_DESCRIPTION,
            "encryptionConfiguration": ENCRYPTION_CONFIGURATION_FOR_REPOSITORY_CREATION_TEMPLATE,
            "resourceTags": TAG_LIST,
            "imageTagMutability": IMAGE_TAG_MUTABILITY,
            "imageTagMutabilityExclusionFilters": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS,
            "repositoryPolicy": REPOSITORY_POLICY_TEXT,
            "lifecyclePolicy": LIFECYCLE_POLICY_TEXT_FOR_REPOSITORY_CREATION_TEMPLATE,
            "appliedFor": RCT_APPLIED_FOR_LIST,
            "customRoleArn": CUSTOM_ROLE_ARN,
        },
        frozenset({"prefix"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "CreateRepositoryCreationTemplate": frozenset(
        {
            "InvalidParameterException",
            "LimitExceededException",
            "ServerException",
            "TemplateAlreadyExistsException",
            "ValidationException",
        }
    ),
    "DeleteRepositoryCreationTemplate": frozenset(
        {"InvalidParameterException", "ServerException", "TemplateNotFoundException", "ValidationException"}
    ),
    "DescribeRepositoryCreationTemplates": frozenset(
        {"InvalidParameterException", "ServerException", "ValidationException"}
    ),
    "UpdateRepositoryCreationTemplate": frozenset(
        {"InvalidParameterException", "ServerException", "TemplateNotFoundException", "ValidationException"}
    ),
}
