"""Handlers of ECR's operations that delete and archive images, and that list referrers. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.images.image_id import ImageId
from moorage.domain.images.manifest import annotations_of
from moorage.domain.lifecycle.policy import StorageClass
from moorage.usecases.images.batch_delete_image import BatchDeleteImage, batch_delete_image
from moorage.usecases.images.batch_get_image import content_of
from moorage.usecases.images.listing.list_image_referrers import ListImageReferrers, list_image_referrers
from moorage.usecases.images.update_image_storage_class import UpdateImageStorageClass, update_image_storage_class
from moorage.usecases.ports import Ports
from moorage.wire.ecr.handlers._image_members import failure, full_id, id_of, ids_in, status_of, storage_classes
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.ecr.handlers.images import DIGEST
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens

_TOKENS = PageTokens("ListImageReferrers", DIGEST)


def _batch_delete_image(members: Members, call: Call, ports: Ports) -> Members:
    command = BatchDeleteImage(repository=repository_of(members, call), image_ids=ids_in(members))
    done = batch_delete_image(command, ports)
    return {
        "imageIds": [id_of(each) for each in done.deleted],
        "failures": [failure(each) for each in done.failures],
    }


def _list_image_referrers(members: Members, call: Call, ports: Ports) -> Members:
    given, start = members.get("filter", {}), _TOKENS.position(members)
    query = ListImageReferrers(
        repository=repository_of(members, call),
        subject=members["subjectId"]["imageDigest"],
        artifact_types=frozenset(given.get("artifactTypes", ())),
        storage_classes=storage_classes(given.get("artifactStatus", "ACTIVE")),
        start=None if start is None else Digest.of(start),
        limit=members.get("maxResults", 50),
    )
    page = list_image_referrers(query, ports)
    output: Members = {"referrers": [_referrer(image, ports) for image in page.images]}
    if page.next_start:
        output["nextToken"] = _TOKENS.write(members, str(page.next_start))
    return output


def _update_image_storage_class(members: Members, call: Call, ports: Ports) -> Members:
    asked = members["imageId"]
    command = UpdateImageStorageClass(
        repository=repository_of(members, call),
        image_id=ImageId(asked.get("imageDigest"), asked.get("imageTag")),
        storage_class=StorageClass[members["targetStorageClass"]],
    )
    image = update_image_storage_class(command, ports)
    return {
        "registryId": command.repository.registry_id,
        "repositoryName": command.repository.name,
        "imageId": full_id(image.digest, command.image_id.tag),
        "imageStatus": status_of(image),
    }


HANDLERS: dict[str, Handler[Members]] = {
    "BatchDeleteImage": _batch_delete_image,
    "ListImageReferrers": _list_image_referrers,
    "UpdateImageStorageClass": _update_image_storage_class,
}


def _referrer(image: Image, ports: Ports) -> Members:
    annotations = annotations_of(content_of(image, ports))
    return {
        "digest": str(image.digest),
        "mediaType": image.media_type,
        "size": image.manifest_bytes,
        "artifactStatus": status_of(image),
        **({"artifactType": image.artifact_type} if image.artifact_type else {}),
        **({"annotations": annotations} if annotations else {}),
    }
