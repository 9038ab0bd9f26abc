"""ECR's operations on policies: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import REGISTRY_ID, REPOSITORY_NAME, REPOSITORY_POLICY_TEXT
from moorage.wire.shapes import BooleanShape, StringShape, StructureShape

REGISTRY_POLICY_TEXT = StringShape(max=10240)

INPUTS: dict[str, StructureShape] = {
    "DeleteRegistryPolicy": StructureShape({}),
    "DeleteRepositoryPolicy": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME}, frozenset({"repositoryName"})
    ),
    "GetRegistryPolicy": StructureShape({}),
    "GetRepositoryPolicy": StructureShape(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME}, frozenset({"repositoryName"})
    ),
    "PutRegistryPolicy": StructureShape({"policyText": REGISTRY_POLICY_TEXT}, frozenset({"policyText"})),
    "SetRepositoryPolicy": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "policyText": REPOSITORY_POLICY_TEXT,
            "force": BooleanShape(),
        },
        frozenset({"policyText", "repositoryName"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "DeleteRegistryPolicy": frozenset(
        {"InvalidParameterException", "RegistryPolicyNotFoundException", "ServerException", "ValidationException"}
    ),
    "DeleteRepositoryPolicy": frozenset(
        {
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "RepositoryPolicyNotFoundException",
            "ServerException",
        }
    ),
    "GetRegistryPolicy": frozenset(
        {"InvalidParameterException", "RegistryPolicyNotFoundException", "ServerException", "ValidationException"}
    ),
    "GetRepositoryPolicy": frozenset(
        {
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "RepositoryPolicyNotFoundException",
            "ServerException",
        }
    ),
    "PutRegistryPolicy": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
    "SetRepositoryPolicy": frozenset({"InvalidParameterException", "RepositoryNotFoundException", "ServerException"}),
}
