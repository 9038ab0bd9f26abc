"""The events in events/ for the ECR API, each with the answer that its name promises."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from moorage.domain.policy.request import ITSELF
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload

from tests.support.ecr.registry import Registry
from tests.support.faults.injection import FAULTS, Fault
from tests.support.images import manifest
from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY

EVENTS = Path(__file__).parents[3] / "events"
REPOSITORY, LAYER = "harbour/anchor", b"a layer\n"
IMAGE = manifest(LAYER, LAYER)
Prepare = Callable[[Registry, str], None]


@dataclass(frozen=True)
class Promise:
    """What has to be there before the event, and what it is answered: the exception's name, or members."""

    answer: str | dict[str, Any]
    prepare: Prepare | None = None
    fault: Fault | None = None


def upload_of(*parts: bytes) -> Prepare:
    """An upload under the event's own id that has received these parts."""

    def prepare(registry: Registry, upload_id: str) -> None:
        ports = registry._function.module.ports
        command = InitiateLayerUpload(repository=RepositoryId("000000000000", REPOSITORY))
        initiate_layer_upload(command, replace(ports, new_id=lambda: upload_id, access=ITSELF))
        for place, part in enumerate(parts):
            registry.send(REPOSITORY, upload_id, place * len(part), part)

    return prepare


def the_layer(registry: Registry, upload_id: str) -> None:
    """The layer, and where the event names one, a second upload of it."""
    registry.push(REPOSITORY, LAYER)
    if upload_id:
        upload_of(LAYER)(registry, upload_id)


def an_old_repository(registry: Registry, _: str) -> None:
    registry.ecr.create_repository(repositoryName="harbour/old")
    registry.push("harbour/old", LAYER)


def a_tag(registry: Registry, _: str) -> None:
    arn = f"arn:aws:ecr:us-east-1:000000000000:repository/{REPOSITORY}"
    registry.ecr.tag_resource(resourceArn=arn, tags=[{"Key": "team", "Value": "quay"}])


def a_policy(registry: Registry, _: str) -> None:
    registry.ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=POLICY)


def a_preview(registry: Registry, _: str) -> None:
    registry.ecr.start_lifecycle_policy_preview(repositoryName=REPOSITORY, lifecyclePolicyText=POLICY)


def the_image(registry: Registry, _: str) -> None:
    the_layer(registry, "")
    registry.ecr.put_image(repositoryName=REPOSITORY, imageManifest=IMAGE, imageTag="v1")


DISABLED = next(one for one in FAULTS if one.name == "key disabled")
BROKEN = next(one for one in FAULTS if one.name == "internal error" and one.fits("s3."))
PROMISES = {
    "create_repository": Promise({"repository.repositoryName": "harbour/new"}),
    "describe_repositories": Promise({"repositories.0.repositoryName": REPOSITORY}),
    "delete_repository": Promise({"repository.repositoryName": "harbour/old"}, an_old_repository),
    "initiate_layer_upload": Promise({"partSize": 10485760}),
    "upload_layer_part": Promise({"lastByteReceived": 7}, upload_of()),
    "upload_layer_part_out_of_order": Promise("InvalidLayerPartException", upload_of()),
    "batch_check_layer_availability": Promise(
        {"layers.0.layerAvailability": "AVAILABLE", "failures.0.failureCode": "InvalidLayerDigest"}, the_layer
    ),
    "get_download_url_for_layer": Promise({"layerDigest": digest_of(LAYER)}, the_layer),
    "tag_resource": Promise({}),
    "tag_resource_invalid_tag": Promise("InvalidTagParameterException"),
    "untag_resource": Promise({}, a_tag),
    "list_tags_for_resource": Promise({"tags.0.Key": "team"}, a_tag),
    "put_image_tag_mutability": Promise({"imageTagMutabilityExclusionFilters.0.filter": "dev-*"}),
    "put_image_scanning_configuration": Promise({"imageScanningConfiguration.scanOnPush": True}),
    "put_lifecycle_policy": Promise({"lifecyclePolicyText": POLICY}),
    "put_lifecycle_policy_invalid": Promise("InvalidParameterException"),
    "get_lifecycle_policy": Promise({"lifecyclePolicyText": POLICY}, a_policy),
    "delete_lifecycle_policy": Promise({"lifecyclePolicyText": POLICY}, a_policy),
    "start_lifecycle_policy_preview": Promise({"status": "COMPLETE"}),
    "get_lifecycle_policy_preview": Promise({"status": "COMPLETE"}, a_preview),
    "put_image": Promise({"image.imageId.imageTag": "v1", "image.imageManifest": IMAGE}, the_layer),
    "put_image_layers_not_found": Promise("LayersNotFoundException", the_layer),
    "put_image_already_exists": Promise("ImageAlreadyExistsException", the_image),
    "batch_get_image": Promise({"images.0.imageManifest": IMAGE, "failures.0.failureCode": "ImageNotFound"}, the_image),
    "describe_images": Promise({"imageDetails.0.imageTags": ["v1"]}, the_image),
    "list_images": Promise({"imageIds.0.imageTag": "v1"}, the_image),
    "batch_delete_image": Promise({"imageIds.0.imageTag": "v1", "failures.0.failureCode": "ImageNotFound"}, the_image),
    "list_image_referrers": Promise({"referrers": []}, the_image),
    "update_image_storage_class": Promise({"imageStatus": "ARCHIVED"}, the_image),
    "unknown_operation": Promise("UnknownOperationException"),
    "complete_layer_upload": Promise({"layerDigest": digest_of(LAYER)}, upload_of(LAYER)),
    "complete_layer_upload_server": Promise("ServerException", upload_of(b"a late layer\n"), BROKEN),
    "complete_layer_upload_invalid_parameter": Promise("InvalidParameterException", upload_of(LAYER)),
    "complete_layer_upload_unknown_repository": Promise("RepositoryNotFoundException"),
    "complete_layer_upload_unknown_upload": Promise("UploadNotFoundException"),
    "complete_layer_upload_invalid_digest": Promise("InvalidLayerException", upload_of(LAYER)),
    "complete_layer_upload_part_too_small": Promise("LayerPartTooSmallException", upload_of(LAYER, LAYER, LAYER)),
    "complete_layer_upload_already_exists": Promise("LayerAlreadyExistsException", the_layer),
    "complete_layer_upload_empty": Promise("EmptyUploadException", upload_of()),
    "complete_layer_upload_kms": Promise("KmsException", upload_of(b"a sealed layer\n"), DISABLED),
}
