"""ECR operations ⇄ use cases: members of a checked request in, members of the answer out."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.errors import InvalidParameterError
from moorage.domain.repository import Encryption, Repository
from moorage.usecases.completion.complete_and_wait import complete_and_wait
from moorage.usecases.layers.batch_check_layer_availability import (
    BatchCheckLayerAvailability,
    batch_check_layer_availability,
)
from moorage.usecases.layers.get_download_url_for_layer import GetDownloadUrlForLayer, get_download_url_for_layer
from moorage.usecases.ports import Ports
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage.usecases.repositories.delete_repository import DeleteRepository, delete_repository
from moorage.usecases.repositories.describe_repositories import DescribeRepositories, describe_repositories
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload
from moorage.usecases.uploads.upload_layer_part import UploadLayerPart, upload_layer_part
from moorage.wire.ecr.inputs import REPOSITORY_NAME

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Registry:
    """What answers say of the registry itself; `domain_name` is the host part of repository URIs."""

    registry_id: str
    region: str
    domain_name: str

    def owner(self, members: Members) -> Members:
        """The ids that every command has; registryId defaults to this registry's own."""
        return {
            "registry_id": members.get("registryId", self.registry_id),
            "repository_name": members["repositoryName"],
        }


def _create_repository(members: Members, registry: Registry, ports: Ports) -> Members:
    encryption = members.get("encryptionConfiguration", {})
    if encryption.get("encryptionType") == "AES256" and "kmsKey" in encryption:
        raise InvalidParameterError("encryptionConfiguration.kmsKey", "must not be given with AES256")
    command = CreateRepository(
        **registry.owner(members),
        encryption=Encryption(encryption.get("encryptionType", "AES256"), encryption.get("kmsKey", "")),
        tag_mutability=members.get("imageTagMutability", "MUTABLE"),
        tag_mutability_filters=tuple(members.get("imageTagMutabilityExclusionFilters", ())),
        scan_on_push=members.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        tags=tuple((tag["Key"], tag["Value"]) for tag in members.get("tags", ())),
    )
    return {"repository": _repository(create_repository(command, ports), registry)}


def _describe_repositories(members: Members, registry: Registry, ports: Ports) -> Members:
    names = tuple(members.get("repositoryNames", ()))
    for paging in ("maxResults", "nextToken"):
        if names and paging in members:
            raise InvalidParameterError(paging, "must not be given with repositoryNames")
    query = DescribeRepositories(
        registry_id=members.get("registryId", registry.registry_id),
        names=names,
        after=_name_in(members["nextToken"]) if "nextToken" in members else None,
        limit=members.get("maxResults", 100),
    )
    page = describe_repositories(query, ports)
    output: Members = {"repositories": [_repository(repository, registry) for repository in page.repositories]}
    if page.next_after:
        output["nextToken"] = base64.urlsafe_b64encode(page.next_after.encode()).decode()
    return output


def _delete_repository(members: Members, registry: Registry, ports: Ports) -> Members:
    command = DeleteRepository(**registry.owner(members), force=members.get("force", False))
    return {"repository": _repository(delete_repository(command, ports), registry)}


def _initiate_layer_upload(members: Members, registry: Registry, ports: Ports) -> Members:
    initiated = initiate_layer_upload(InitiateLayerUpload(**registry.owner(members)), ports)
    return {"uploadId": initiated.upload_id, "partSize": initiated.part_size_bytes}


def _upload_layer_part(members: Members, registry: Registry, ports: Ports) -> Members:
    command = UploadLayerPart(
        **registry.owner(members),
        upload_id=members["uploadId"],
        first_byte=members["partFirstByte"],
        last_byte=members["partLastByte"],
        blob=members["layerPartBlob"],
    )
    uploaded = upload_layer_part(command, ports)
    return {
        "registryId": command.registry_id,
        "repositoryName": command.repository_name,
        "uploadId": command.upload_id,
        "lastByteReceived": uploaded.last_byte_received,
    }


def _complete_layer_upload(members: Members, registry: Registry, ports: Ports) -> Members:
    command = CompleteLayerUpload(
        **registry.owner(members), upload_id=members["uploadId"], layer_digests=tuple(members["layerDigests"])
    )
    completed = complete_and_wait(command, ports)
    return {
        "registryId": completed.registry_id,
        "repositoryName": completed.repository_name,
        "uploadId": completed.upload_id,
        "layerDigest": str(completed.layer_digest),
    }


def _batch_check_layer_availability(members: Members, registry: Registry, ports: Ports) -> Members:
    query = BatchCheckLayerAvailability(**registry.owner(members), layer_digests=tuple(members["layerDigests"]))
    found = batch_check_layer_availability(query, ports)
    available = [
        {
            "layerDigest": str(layer.digest),
            "layerAvailability": "AVAILABLE",
            "layerSize": layer.size_bytes,
            "mediaType": layer.media_type,
        }
        for layer in found.available
    ]
    missing = [{"layerDigest": text, "layerAvailability": "UNAVAILABLE"} for text in found.missing]
    failures = [
        {
            "layerDigest": text,
            "failureCode": "InvalidLayerDigest",
            "failureReason": "The layer digest is not an algorithm, a colon and hex digits of its length",
        }
        for text in found.malformed
    ]
    return {"layers": available + missing, "failures": failures}


def _get_download_url_for_layer(members: Members, registry: Registry, ports: Ports) -> Members:
    query = GetDownloadUrlForLayer(**registry.owner(members), layer_digest=members["layerDigest"])
    download = get_download_url_for_layer(query, ports)
    return {"downloadUrl": download.url, "layerDigest": download.layer_digest}


OPERATIONS: dict[str, Callable[[Members, Registry, Ports], Members]] = {
    "BatchCheckLayerAvailability": _batch_check_layer_availability,
    "CompleteLayerUpload": _complete_layer_upload,
    "CreateRepository": _create_repository,
    "DeleteRepository": _delete_repository,
    "DescribeRepositories": _describe_repositories,
    "GetDownloadUrlForLayer": _get_download_url_for_layer,
    "InitiateLayerUpload": _initiate_layer_upload,
    "UploadLayerPart": _upload_layer_part,
}


def _name_in(token: str) -> str:
    try:
        return REPOSITORY_NAME.read(base64.urlsafe_b64decode(token).decode(), "nextToken")
    except (binascii.Error, ValueError, InvalidParameterError) as error:
        raise InvalidParameterError("nextToken", "must be a token that DescribeRepositories answered") from error


def _repository(repository: Repository, registry: Registry) -> Members:
    output: Members = {
        "repositoryArn": f"arn:aws:ecr:{registry.region}:{repository.registry_id}:repository/{repository.name}",
        "registryId": repository.registry_id,
        "repositoryName": repository.name,
        "repositoryUri": f"{registry.domain_name}/{repository.name}",
        "createdAt": repository.created_at,
        "imageTagMutability": repository.tag_mutability,
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": {"encryptionType": repository.encryption.type},
    }
    if repository.encryption.kms_key:
        output["encryptionConfiguration"]["kmsKey"] = repository.encryption.kms_key
    if repository.tag_mutability_filters:
        output["imageTagMutabilityExclusionFilters"] = list(repository.tag_mutability_filters)
    return output
