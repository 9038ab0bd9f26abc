"""ECR's operations on pull through cache: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import CUSTOM_ROLE_ARN, MAX_RESULTS, REGISTRY_ID
from moorage.wire.shapes import ListShape, StringShape, StructureShape

PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX = StringShape(
    pattern=r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$", min=2, max=30
)
UPSTREAM_REGISTRY = StringShape(
    enum=(
        "ecr",
        "ecr-public",
        "quay",
        "k8s",
        "docker-hub",
        "github-container-registry",
        "azure-container-registry",
        "gitlab-container-registry",
        "chainguard",
    )
)
CREDENTIAL_ARN = StringShape(
    pattern=r"^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\-pullthroughcache\/[a-zA-Z0-9\/_+=.@-]+$",
    min=50,
    max=612,
)
PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX_LIST = ListShape(PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX, min=1, max=100)

INPUTS: dict[str, StructureShape] = {
    "CreatePullThroughCacheRule": StructureShape(
        {
            "ecrRepositoryPrefix": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX,
            "upstreamRegistryUrl": StringShape(),
            "registryId": REGISTRY_ID,
            "upstreamRegistry": UPSTREAM_REGISTRY,
            "credentialArn": CREDENTIAL_ARN,
            "customRoleArn": CUSTOM_ROLE_ARN,
            "upstreamRepositoryPrefix": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX,
        },
        frozenset({"ecrRepositoryPrefix", "upstreamRegistryUrl"}),
    ),
    "DeletePullThroughCacheRule": StructureShape(
        {"ecrRepositoryPrefix": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX, "registryId": REGISTRY_ID},
        frozenset({"ecrRepositoryPrefix"}),
    ),
    "DescribePullThroughCacheRules": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "ecrRepositoryPrefixes": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX_LIST,
            "nextToken": StringShape(),
            "maxResults": MAX_RESULTS,
        }
    ),
    "UpdatePullThroughCacheRule": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "ecrRepositoryPrefix": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX,
            "credentialArn": CREDENTIAL_ARN,
            "customRoleArn": CUSTOM_ROLE_ARN,
        },
        frozenset({"ecrRepositoryPrefix"}),
    ),
    "ValidatePullThroughCacheRule": StructureShape(
        {"ecrRepositoryPrefix": PULL_THROUGH_CACHE_RULE_REPOSITORY_PREFIX, "registryId": REGISTRY_ID},
        frozenset({"ecrRepositoryPrefix"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "CreatePullThroughCacheRule": frozenset(
        {
            "InvalidParameterException",
            "LimitExceededException",
            "PullThroughCacheRuleAlreadyExistsException",
            "SecretNotFoundException",
            "ServerException",
            "UnableToAccessSecretException",
            "UnableToDecryptSecretValueException",
            "UnsupportedUpstreamRegistryException",
            "ValidationException",
        }
    ),
    "DeletePullThroughCacheRule": frozenset(
        {"InvalidParameterException", "PullThroughCacheRuleNotFoundException", "ServerException", "ValidationException"}
    ),
    "DescribePullThroughCacheRules": frozenset(
        {"InvalidParameterException", "PullThroughCacheRuleNotFoundException", "ServerException", "ValidationException"}
    ),
    "UpdatePullThroughCacheRule": frozenset(
        {
            "InvalidParameterException",
            "PullThroughCacheRuleNotFoundException",
            "SecretNotFoundException",
            "ServerException",
            "UnableToAccessSecretException",
            "UnableToDecryptSecretValueException",
            "ValidationException",
        }
    ),
    "ValidatePullThroughCacheRule": frozenset(
        {"InvalidParameterException", "PullThroughCacheRuleNotFoundException", "ServerException", "ValidationException"}
    ),
}
