"""Scenarios of a registry's own settings and of lifecycle policies, for the tests that break every AWS call."""

import json
from typing import Any

from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.lifecycle import POLICY

ROLE = "arn:aws:iam::111122223333:role/scanner"


def create_template(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "CreateRepositoryCreationTemplate", prefix=name, appliedFor=["CREATE_ON_PUSH"])


def create_on_push(registry: LocalRegistry, name: str) -> Act:
    members = {"prefix": name, "appliedFor": ["CREATE_ON_PUSH"], "lifecyclePolicy": POLICY}
    registry.must("CreateRepositoryCreationTemplate", **members)
    return _asking(registry, "InitiateLayerUpload", repositoryName=f"{name}/new")


def update_template(registry: LocalRegistry, name: str) -> Act:
    create_template(registry, name)()
    return _asking(registry, "UpdateRepositoryCreationTemplate", prefix=name, description="new")


def delete_template(registry: LocalRegistry, name: str) -> Act:
    create_template(registry, name)()
    return _asking(registry, "DeleteRepositoryCreationTemplate", prefix=name)


def put_setting(registry: LocalRegistry, name: str) -> Act:
    del name
    return _asking(registry, "PutAccountSetting", name="BLOB_MOUNTING", value="ENABLED")


def register_exclusion(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "RegisterPullTimeUpdateExclusion", principalArn=ROLE + name.partition("/")[2])


def deregister_exclusion(registry: LocalRegistry, name: str) -> Act:
    register_exclusion(registry, name)()
    return _asking(registry, "DeregisterPullTimeUpdateExclusion", principalArn=ROLE + name.partition("/")[2])


def _arn(registry: LocalRegistry, name: str) -> str:
    return registry.identity.repository_arn(name)


def tag(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "TagResource", resourceArn=_arn(registry, name), tags=[{"Key": "team", "Value": "quay"}])


def untag(registry: LocalRegistry, name: str) -> Act:
    tag(registry, name)()
    return _asking(registry, "UntagResource", resourceArn=_arn(registry, name), tagKeys=["team"])


def list_tags(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "ListTagsForResource", resourceArn=_arn(registry, name))


def put_mutability(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "PutImageTagMutability", repositoryName=name, imageTagMutability="IMMUTABLE")


def put_scanning(registry: LocalRegistry, name: str) -> Act:
    scanning = {"scanOnPush": True}
    return _asking(registry, "PutImageScanningConfiguration", repositoryName=name, imageScanningConfiguration=scanning)


def put_policy(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "PutLifecyclePolicy", repositoryName=name, lifecyclePolicyText=POLICY)


def delete_policy(registry: LocalRegistry, name: str) -> Act:
    put_policy(registry, name)()
    return _asking(registry, "DeleteLifecyclePolicy", repositoryName=name)


ACCESS_POLICY = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "ecr:BatchGetImage", "Resource": "*"}]}
)


def set_repository_policy(registry: LocalRegistry, name: str) -> Act:
    return _asking(registry, "SetRepositoryPolicy", repositoryName=name, policyText=ACCESS_POLICY)


def delete_repository_policy(registry: LocalRegistry, name: str) -> Act:
    set_repository_policy(registry, name)()
    return _asking(registry, "DeleteRepositoryPolicy", repositoryName=name)


def put_registry_policy(registry: LocalRegistry, name: str) -> Act:
    del name
    return _asking(registry, "PutRegistryPolicy", policyText=ACCESS_POLICY)


def put_and_delete_registry_policy(registry: LocalRegistry, name: str) -> Act:
    del name

    def act() -> Answer:
        answer = registry.call("PutRegistryPolicy", policyText=ACCESS_POLICY)
        return answer if answer[0] else registry.call("DeleteRegistryPolicy")

    return act


def start_preview(registry: LocalRegistry, name: str) -> Act:
    def act() -> Answer:
        registry.now += 61  # a preview whose request died holds the place of the next one for a minute
        return registry.call("StartLifecyclePolicyPreview", repositoryName=name, lifecyclePolicyText=POLICY)

    return act


def _asking(registry: LocalRegistry, operation: str, **members: Any) -> Act:
    return lambda: registry.call(operation, **members)
