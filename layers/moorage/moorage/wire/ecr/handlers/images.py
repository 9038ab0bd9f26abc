"""Handlers of ECR's operations that push, read and list images. Each calls its use case."""

import json

from moorage.domain.caller import Call
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidParameterError, LimitExceededError
from moorage.domain.images.image import TaggedImage
from moorage.usecases.images.batch_get_image import BatchGetImage, PulledImage, batch_get_image
from moorage.usecases.images.listing.describe_images import DescribeImages, describe_images
from moorage.usecases.images.listing.list_images import ListedId, ListImages, list_images
from moorage.usecases.images.push.put_image import PutImage, put_image
from moorage.usecases.ports import Ports
from moorage.wire.ecr.handlers._image_members import failure, filter_in, full_id, ids_in, status_of
from moorage.wire.ecr.handlers._members import repository_of
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens
from moorage.wire.shapes import StringShape, StructureShape

DIGEST = StringShape(pattern="sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_DESCRIBE_TOKENS = PageTokens("DescribeImages", DIGEST)
_LIST_TOKENS = PageTokens(
    "ListImages", StructureShape({"digest": DIGEST, "tag": StringShape()}, frozenset({"digest", "tag"}))
)
_ENVELOPE_BYTES = 1024
"""What the function's answer has beside its body: status and headers."""


def _put_image(members: Members, call: Call, ports: Ports) -> Members:
    command = PutImage(
        repository=repository_of(members, call),
        content=members["imageManifest"].encode(),
        media_type=members.get("imageManifestMediaType"),
        tag=members.get("imageTag"),
        digest=members.get("imageDigest"),
    )
    image = put_image(command, ports)
    return {
        "image": {
            **_owner(members, call),
            "imageId": full_id(image.digest, command.tag),
            "imageManifest": members["imageManifest"],
            "imageManifestMediaType": image.media_type,
        }
    }


def _batch_get_image(members: Members, call: Call, ports: Ports) -> Members:
    query = BatchGetImage(
        repository=repository_of(members, call),
        image_ids=ids_in(members),
        accepted=frozenset(members.get("acceptedMediaTypes", ())),
        principals=call.caller.principals,
    )
    pulled = batch_get_image(query, ports)
    images = [{**_owner(members, call), **_pulled(each)} for each in pulled.images]
    output = {"images": images, "failures": [failure(each) for each in pulled.failures]}
    _require_room(output, sum(each.image.manifest_bytes for each in pulled.images), ports)
    return output


def _describe_images(members: Members, call: Call, ports: Ports) -> Members:
    for paging in ("maxResults", "nextToken"):
        if "imageIds" in members and paging in members:
            raise InvalidParameterError(paging, "must not be given with imageIds")
    start = _DESCRIBE_TOKENS.position(members)
    query = DescribeImages(
        repository=repository_of(members, call),
        image_ids=ids_in(members),
        filter=filter_in(members),
        start=None if start is None else Digest.of(start),
        limit=members.get("maxResults", 100),
    )
    page = describe_images(query, ports)
    output: Members = {"imageDetails": [{**_owner(members, call), **_details(each)} for each in page.images]}
    if page.next_start:
        output["nextToken"] = _DESCRIBE_TOKENS.write(members, str(page.next_start))
    return output


def _list_images(members: Members, call: Call, ports: Ports) -> Members:
    start = _LIST_TOKENS.position(members)
    query = ListImages(
        repository=repository_of(members, call),
        filter=filter_in(members),
        start=None if start is None else ListedId(Digest.of(start["digest"]), start["tag"]),
        limit=members.get("maxResults", 100),
    )
    page = list_images(query, ports)
    output: Members = {"imageIds": [full_id(each.digest, each.tag) for each in page.ids]}
    if page.next_start:
        position = {"digest": str(page.next_start.digest), "tag": page.next_start.tag}
        output["nextToken"] = _LIST_TOKENS.write(members, position)
    return output


HANDLERS: dict[str, Handler[Members]] = {
    "PutImage": _put_image,
    "BatchGetImage": _batch_get_image,
    "DescribeImages": _describe_images,
    "ListImages": _list_images,
}


def _owner(members: Members, call: Call) -> Members:
    repository = repository_of(members, call)
    return {"registryId": repository.registry_id, "repositoryName": repository.name}


def _pulled(pulled: PulledImage) -> Members:
    return {
        "imageId": full_id(pulled.image.digest, pulled.image_id.tag),
        "imageManifest": pulled.content.decode(),
        "imageManifestMediaType": pulled.image.media_type,
    }


def _details(tagged: TaggedImage) -> Members:
    image = tagged.image
    optional = {
        "imageTags": list(tagged.tags) or None,
        "artifactMediaType": image.artifact_type,
        "lastRecordedPullTime": image.pulled_at,
        "subjectManifestDigest": None if image.subject is None else str(image.subject),
        "lastArchivedAt": image.archived_at,
        "lastActivatedAt": image.restored_at,
    }
    return {
        "imageDigest": str(image.digest),
        "imageSizeInBytes": image.size_bytes,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": image.media_type,
        "imageStatus": status_of(image),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _require_room(output: Members, manifest_bytes: int, ports: Ports) -> None:
    """Refuse an answer that the function cannot return: its body is JSON text, inside of JSON."""
    if 4 * manifest_bytes < ports.limits.max_answer_bytes:
        return
    answer_bytes = len(json.dumps(json.dumps(output))) + _ENVELOPE_BYTES
    if answer_bytes > ports.limits.max_answer_bytes:
        raise LimitExceededError(
            f"The answer would have {answer_bytes} bytes, and can have {ports.limits.max_answer_bytes}; ask for fewer "
            "images at a time"
        )
