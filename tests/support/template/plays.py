"""What the functions are made to do while their calls are recorded: every scenario of the fault tests, and these."""

import json
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import boto3
from moorage.bootstrap.api import compose
from moorage.bootstrap.reaper import compose_reaper
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.wire.queue import completion_messages

from tests.support.driver.requests import direct_request
from tests.support.faults.registry import LocalRegistry, part_members
from tests.support.faults.scenarios import SMALL_PARTS, Scenario, repository_name
from tests.support.layers import digest_of
from tests.support.template.calls import acting
from tests.support.template.policies import STREAM


def a_new_layer() -> bytes:
    return b"content that nobody has yet " * 40 + uuid.uuid4().bytes


@dataclass(frozen=True)
class Stage:
    """A registry with its functions."""

    local: LocalRegistry
    name: str

    def direct(self, method: str, path: str, **members: Any) -> dict[str, Any]:
        answered = self.local.send(direct_request(method, path, members))
        assert answered.response.status < 500, answered.response.body
        return dict(json.loads(answered.response.body or "{}"))

    def queue(self, message: object, deadline: float | None = None) -> None:
        call = completion_messages.queue_call(self.local.identity, "message")
        deadline = deadline or self.local.now + 60
        completion_messages.complete_from_message(json.dumps(message), deadline, call, self.local.ports)

    def sent_to_s3(self, *, damaged: bool = False) -> dict[str, Any]:
        """A direct upload of content that nobody has yet, whose only part S3 has."""
        layer = a_new_layer()
        upload = self.direct(
            "POST",
            "/direct-uploads",
            repositoryName=self.name,
            layerDigest=digest_of(layer),
            layerSize=len(layer),
        )
        for part in upload["parts"]:
            body = layer[part["firstByte"] : part["lastByte"] + 1][:: -1 if damaged else 1]
            urllib.request.urlopen(urllib.request.Request(part["url"], body, method="PUT")).close()
        return upload

    def request_of(self, upload: dict[str, Any]) -> dict[str, Any]:
        digests = [upload["layerDigest"]]
        return {"repositoryName": self.name, "uploadId": upload["uploadId"], "layerDigests": digests}


def play_scenarios(scenarios: Sequence[Scenario]) -> None:
    """The fault tests' scenarios. Those with parts of the same size share a registry, which takes long to make."""
    for part_size_bytes in sorted({scenario.part_size_bytes for scenario in scenarios}):
        local = LocalRegistry(part_size_bytes, from_now=True)
        for scenario in scenarios:
            if scenario.part_size_bytes == part_size_bytes:
                _play(scenario, local)


def _play(scenario: Scenario, local: LocalRegistry) -> None:
    name = repository_name()
    local.must("CreateRepository", repositoryName=name)
    scenario.prepare(local, name)()
    local.reap()
    with acting(STREAM):  # the scenarios' reaper announces to a list
        compose_reaper(local.settings).announcements.publish(local.announced.events[-1:])
    # The next scenario finds nothing of this one: content that is there would be linked to, and not be sent.
    local.require_nothing_left()


def play_tokens() -> None:
    """A token signed with the key that the template makes."""
    local = LocalRegistry()
    take_keys_from_secret(local)
    local.must("GetAuthorizationToken")


def take_keys_from_secret(local: LocalRegistry) -> None:
    """Sign with the key of a secret like the template's, not with one from the environment."""
    text = json.dumps({"current_id": "first", "current": "k" * 64})
    arn = boto3.client("secretsmanager").create_secret(Name=uuid.uuid4().hex, SecretString=text)["ARN"]
    settings = replace(local.settings, token_keys=(), token_secret_arn=arn)
    _with_ports(local, token_keys=compose(settings).token_keys)


def play_direct(play: Callable[[Stage], None]) -> None:
    """A play on a stage of its own, and what follows from it."""
    stage = Stage(LocalRegistry(from_now=True), repository_name())
    stage.local.must("CreateRepository", repositoryName=stage.name)
    play(stage)
    stage.local.reap()


def completed_by_the_direct_api(stage: Stage) -> None:
    upload = stage.sent_to_s3()
    path = f"/direct-uploads/{upload['uploadId']}"
    stage.direct("GET", f"{path}/parts")
    stage.direct("POST", f"{path}/completion")
    assert stage.direct("GET", path)["status"] == "completed"
    stage.local.must("GetDownloadUrlForLayer", repositoryName=stage.name, layerDigest=upload["layerDigest"])
    stage.local.must("DeleteRepository", repositoryName=stage.name, force=True)
    for seconds in (0, stage.local.settings.blob_grace_seconds + 1):
        stage.local.reap()
        stage.local.expire(seconds)


def completed_by_the_ecr_api(stage: Stage) -> None:
    upload = stage.sent_to_s3()
    error, _ = stage.local.complete(stage.name, upload["uploadId"], upload["layerDigest"])
    assert error is None


def completed_by_a_message(stage: Stage) -> None:
    upload = stage.sent_to_s3()
    stage.queue(stage.request_of(upload))
    assert stage.direct("GET", f"/direct-uploads/{upload['uploadId']}")["status"] == "completed"


def completed_by_the_event_of_s3(stage: Stage) -> None:
    upload = stage.sent_to_s3()
    head = stage.local.ports.uploads.get(upload["uploadId"])
    assert head is not None
    received = list(stage.local.ports.direct.list_parts(head))
    stage.local.ports.direct.complete_multipart(head, received)
    detail = {"reason": "CompleteMultipartUpload", "object": {"key": head.object_key}}
    stage.queue({"detail-type": "Object Created", "detail": detail})
    assert stage.direct("GET", f"/direct-uploads/{upload['uploadId']}")["status"] == "completed"


def handed_over(stage: Stage) -> None:
    """No function has the time to verify."""
    at_once = replace(stage.local.ports.limits.verification, budget_seconds=-1.0)
    limits = replace(stage.local.ports.limits, verification=at_once)
    hurried = replace(stage, local=_with_ports(stage.local, limits=limits))
    upload = hurried.sent_to_s3()
    hurried.direct("POST", f"/direct-uploads/{upload['uploadId']}/completion")
    hurried.local.complete(stage.name, upload["uploadId"], upload["layerDigest"])
    hurried.queue(stage.request_of(upload), deadline=stage.local.now - 1)


def refused_and_given_up(stage: Stage) -> None:
    wrong = stage.sent_to_s3(damaged=True)
    refusal = stage.direct("POST", f"/direct-uploads/{wrong['uploadId']}/completion")
    assert refusal["code"] == "InvalidLayerException", refusal
    abandoned = stage.sent_to_s3()
    stage.direct("DELETE", f"/direct-uploads/{abandoned['uploadId']}")
    stage.queue({"this is": "no request"})


def relayed_and_completed_by_a_message(stage: Stage) -> None:
    upload_id, digest = stage.local.upload(stage.name, a_new_layer())
    stage.queue({"repositoryName": stage.name, "uploadId": upload_id, "layerDigests": [digest]})
    upload_id, digest = stage.local.upload(stage.name, a_new_layer())
    stage.local.lose_hash_state(upload_id)
    stage.queue({"repositoryName": stage.name, "uploadId": upload_id, "layerDigests": [digest]})
    upload_id, digest = stage.local.upload(stage.name, a_new_layer())
    stage.local.overwrite_part(upload_id)
    stage.queue({"repositoryName": stage.name, "uploadId": upload_id, "layerDigests": [digest]})


def relayed_with_a_tail_and_completed_by_a_message(stage: Stage) -> None:
    small = replace(stage, local=LocalRegistry(SMALL_PARTS))
    upload_id, digest = small.local.upload(stage.name, bytes(SMALL_PARTS), uuid.uuid4().bytes * (SMALL_PARTS // 16))
    small.queue({"repositoryName": stage.name, "uploadId": upload_id, "layerDigests": [digest]})
    small.local.must("GetDownloadUrlForLayer", repositoryName=stage.name, layerDigest=digest)


def announced_though_the_ecr_api_has_stored_it(stage: Stage) -> None:
    layer = a_new_layer()
    digest = stage.local.push(stage.name, layer)
    claim = {"repositoryName": stage.name, "layerDigest": digest, "layerSize": len(layer)}
    refusal = stage.direct("POST", "/direct-uploads", **claim)
    assert refusal["code"] == "LayerAlreadyExistsException", refusal


def a_part_whose_range_is_not_its_length(stage: Stage) -> None:
    upload_id = stage.local.must("InitiateLayerUpload", repositoryName=stage.name)["uploadId"]
    error, _ = stage.local.call("UploadLayerPart", **part_members(stage.name, upload_id, 7, b"x") | {"partLastByte": 8})
    assert error == "InvalidLayerPartException"


def _with_ports(local: LocalRegistry, **changes: Any) -> LocalRegistry:
    local.ports = replace(local.ports, **changes)
    return local


def told_that_content_was_deleted(stage: Stage) -> None:
    digest = stage.local.push(stage.name, a_new_layer())
    lookup = stage.local.ports.catalog.look_up(
        RepositoryId(stage.local.settings.registry_id, stage.name), Digest.of(digest), Encryption()
    )
    assert lookup.blob is not None
    event = {"detail-type": "Object Deleted", "detail": {"object": {"key": lookup.blob.object_key}}}
    stage.queue(event)
    stage.local.reaper.garbage.delete_object(lookup.blob.object_key)
    stage.queue(event)
    error, _ = stage.local.call("GetDownloadUrlForLayer", repositoryName=stage.name, layerDigest=digest)
    assert error == "LayersNotFoundException"


DIRECT_PLAYS: tuple[Callable[[Stage], None], ...] = (
    completed_by_the_direct_api,
    completed_by_the_ecr_api,
    completed_by_a_message,
    completed_by_the_event_of_s3,
    handed_over,
    refused_and_given_up,
    relayed_and_completed_by_a_message,
    relayed_with_a_tail_and_completed_by_a_message,
    announced_though_the_ecr_api_has_stored_it,
    a_part_whose_range_is_not_its_length,
    told_that_content_was_deleted,
)
