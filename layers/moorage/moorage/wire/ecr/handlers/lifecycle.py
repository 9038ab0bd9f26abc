"""Handlers of ECR's operations on lifecycle policies. Each calls its use case."""

from typing import Any

from moorage.domain.caller import Call
from moorage.domain.errors import InvalidParameterError
from moorage.domain.lifecycle.evaluate import Decision
from moorage.domain.lifecycle.evaluation import Evaluation
from moorage.domain.lifecycle.policy import Action, TagStatus
from moorage.usecases.lifecycle.get_lifecycle_policy_preview import (
    GetLifecyclePolicyPreview,
    PreviewPage,
    PreviewPosition,
    get_lifecycle_policy_preview,
)
from moorage.usecases.lifecycle.lifecycle_policy import (
    LifecyclePolicyOf,
    PutLifecyclePolicy,
    delete_lifecycle_policy,
    get_lifecycle_policy,
    put_lifecycle_policy,
)
from moorage.usecases.lifecycle.start_lifecycle_policy_preview import (
    StartLifecyclePolicyPreview,
    start_lifecycle_policy_preview,
)
from moorage.usecases.ports import Ports
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens
from moorage.wire.shapes import IntegerShape, StringShape, StructureShape

_TOKENS = PageTokens(
    "GetLifecyclePolicyPreview",
    StructureShape(
        {"evaluation_id": StringShape(), "page": IntegerShape(min=0), "decision": IntegerShape(min=0)},
        frozenset({"evaluation_id", "page", "decision"}),
    ),
)


def _put_policy(members: Members, call: Call, ports: Ports) -> Members:
    command = PutLifecyclePolicy(repository=repository_of(members, call), text=members["lifecyclePolicyText"])
    policy = put_lifecycle_policy(command, ports)
    return {**_owner(members, call), "lifecyclePolicyText": policy.text}


def _get_policy(members: Members, call: Call, ports: Ports) -> Members:
    policy = get_lifecycle_policy(LifecyclePolicyOf(repository=repository_of(members, call)), ports)
    return {**_owner(members, call), "lifecyclePolicyText": policy.text, **_evaluated_at(policy.last_evaluated_at)}


def _delete_policy(members: Members, call: Call, ports: Ports) -> Members:
    policy = delete_lifecycle_policy(LifecyclePolicyOf(repository=repository_of(members, call)), ports)
    return {**_owner(members, call), "lifecyclePolicyText": policy.text, **_evaluated_at(policy.last_evaluated_at)}


def _start_preview(members: Members, call: Call, ports: Ports) -> Members:
    command = StartLifecyclePolicyPreview(
        repository=repository_of(members, call), text=members.get("lifecyclePolicyText")
    )
    preview = start_lifecycle_policy_preview(command, ports)
    return {**_owner(members, call), "lifecyclePolicyText": preview.policy.text, "status": _status(preview)}


def _get_preview(members: Members, call: Call, ports: Ports) -> Members:
    ids = members.get("imageIds", ())
    for paging in ("maxResults", "nextToken"):
        if ids and paging in members:
            raise InvalidParameterError(paging, "must not be given with imageIds")
    position = _TOKENS.position(members)
    query = GetLifecyclePolicyPreview(
        repository=repository_of(members, call),
        digests=frozenset(each["imageDigest"] for each in ids if "imageDigest" in each),
        tags=frozenset(each["imageTag"] for each in ids if "imageTag" in each),
        tag_status=TagStatus(members.get("filter", {}).get("tagStatus", "ANY").lower()),
        start=position and PreviewPosition(**position),
        limit=members.get("maxResults", 100),
    )
    return _preview(get_lifecycle_policy_preview(query, ports), members, call)


HANDLERS: dict[str, Handler[Members]] = {
    "PutLifecyclePolicy": _put_policy,
    "GetLifecyclePolicy": _get_policy,
    "DeleteLifecyclePolicy": _delete_policy,
    "StartLifecyclePolicyPreview": _start_preview,
    "GetLifecyclePolicyPreview": _get_preview,
}


def _owner(members: Members, call: Call) -> Members:
    repository = repository_of(members, call)
    return {"registryId": repository.registry_id, "repositoryName": repository.name}


def _evaluated_at(at: float | None) -> Members:
    return {} if at is None else {"lastEvaluatedAt": at}


def _status(preview: Evaluation) -> str:
    return "COMPLETE" if preview.is_complete else "IN_PROGRESS"


def _preview(page: PreviewPage, members: Members, call: Call) -> Members:
    preview = page.preview
    output: Members = {
        **_owner(members, call),
        "lifecyclePolicyText": preview.policy.text,
        "status": _status(preview),
        "previewResults": [_result(decision) for decision in page.results],
        "summary": {"expiringImageTotalCount": preview.expiring},
    }
    if preview.transitioning:
        output["summary"]["transitioningImageTotalCounts"] = [
            {"targetStorageClass": "ARCHIVE", "imageTotalCount": preview.transitioning}
        ]
    if page.next_start:
        start = page.next_start
        position = {"evaluation_id": start.evaluation_id, "page": start.page, "decision": start.decision}
        output["nextToken"] = _TOKENS.write(members, position)
    return output


def _result(decision: Decision) -> Members:
    image = decision.image
    action: dict[str, Any] = {"type": decision.action.name}
    if decision.action is Action.TRANSITION:
        action["targetStorageClass"] = "ARCHIVE"
    return {
        "imageTags": list(image.tags),
        "imageDigest": image.digest,
        "imagePushedAt": image.pushed_at,
        "action": action,
        "appliedRulePriority": decision.rule_priority,
        "storageClass": image.storage_class.name,
    }
