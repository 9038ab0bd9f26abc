"""Handlers of the OCI protocol for manifests. A manifest is an image, named by digest or by tag."""

from moorage.domain.caller import Call
from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.errors import ImageNotFoundError, InvalidParameterError, LimitExceededError
from moorage.domain.images.image import TAG_PATTERN, Image, is_tag
from moorage.domain.images.image_id import ImageId
from moorage.domain.images.manifest import MAX_MANIFEST_BYTES
from moorage.usecases.images.batch_get_image import BatchGetImage, batch_get_image
from moorage.usecases.images.delete_manifest import DeleteManifest, delete_manifest
from moorage.usecases.images.find_image import FindImage, find_image
from moorage.usecases.images.push.push_manifest import PushManifest, push_manifest
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, body_of, length_headers, repository_of, shape
from moorage.wire.operation import Members, Operation


def _get_manifest_properties(members: Members, call: Call, ports: Ports) -> OciAnswer:
    image = find_image(FindImage(repository=repository_of(members, call), image_id=_image_id(members)), ports)
    return OciAnswer(HttpResponse(200, "", _headers(image) | length_headers(image.manifest_bytes)))


def _get_manifest(members: Members, call: Call, ports: Ports) -> OciAnswer:
    query = BatchGetImage(
        repository=repository_of(members, call),
        image_ids=(_image_id(members),),
        principals=call.caller.principals,
    )
    pulled = batch_get_image(query, ports)
    if not pulled.images:
        failure = pulled.failures[0]
        raise failure.cause or ImageNotFoundError(query.repository, failure.image_id)
    found = pulled.images[0]
    return OciAnswer(HttpResponse(200, found.content.decode(), _headers(found.image)))


def _put_manifest(members: Members, call: Call, ports: Ports) -> OciAnswer:
    reference, content = members["reference"], _content(members)
    digest = _digest(reference)
    more_tags = tuple(dict.fromkeys(tag for tag in members.get("tag", "").split(",") if tag))
    command = PushManifest(
        repository=repository_of(members, call),
        content=content,
        media_type=_media_type(members),
        digest=digest,
        tags=tuple(_tag(tag) for tag in (more_tags if digest else (reference,))),
    )
    pushed = push_manifest(command, ports)
    headers = {
        "Location": f"/v2/{command.repository.name}/manifests/{pushed.digest}",
        "Docker-Content-Digest": str(pushed.digest),
    }
    if pushed.subject:
        headers["OCI-Subject"] = str(pushed.subject)
    if more_tags and digest:
        headers["OCI-Tag"] = ", ".join(more_tags)
    return OciAnswer(HttpResponse(201, "", headers), {"imageDigest": str(pushed.digest)})


def _delete_manifest(members: Members, call: Call, ports: Ports) -> OciAnswer:
    image_id = _image_id(members)
    digest = delete_manifest(DeleteManifest(repository=repository_of(members, call), image_id=image_id), ports)
    return OciAnswer(HttpResponse(202, ""), {"imageDigest": str(digest), "imageTag": image_id.tag})


def _content(members: Members) -> bytes:
    """The whole body; a longer one than any manifest is not read to its end."""
    content = bytearray()
    for chunk in body_of(members):
        content += chunk
        if len(content) > MAX_MANIFEST_BYTES:
            raise LimitExceededError(f"A manifest must have at most {MAX_MANIFEST_BYTES} bytes")
    return bytes(content)


def _media_type(members: Members) -> str | None:
    """Without its parameters, which say nothing of a manifest."""
    return members.get("Content-Type", "").partition(";")[0].strip() or None


def _image_id(members: Members) -> ImageId:
    digest = _digest(members["reference"])
    return ImageId(digest=str(digest)) if digest else ImageId(tag=members["reference"])


def _digest(reference: str) -> Digest | None:
    """The digest; None for a tag, which has no colon."""
    if ":" not in reference:
        return None
    digest = parse_digest(reference, HEX_LENGTHS)
    if digest is None:
        raise InvalidParameterError("digest", "must be 'sha256:' and 64, or 'sha512:' and 128 lower-case hex digits")
    return digest


def _tag(text: str) -> str:
    if not is_tag(text):
        raise InvalidParameterError("reference", f"must be a digest or satisfy regular expression '{TAG_PATTERN}'")
    return text


def _headers(image: Image) -> dict[str, str]:
    return {
        "Content-Type": image.media_type,
        "Content-Length": str(image.manifest_bytes),
        "Docker-Content-Digest": str(image.digest),
    }


_INPUT = ("repositoryName", "reference")
OPERATIONS = (
    Operation("GetManifestProperties", shape(*_INPUT), _get_manifest_properties, frozenset(), "ecr:BatchGetImage"),
    Operation("GetManifest", shape(*_INPUT), _get_manifest, frozenset(), "ecr:BatchGetImage"),
    Operation(
        "PutManifest",
        shape(*_INPUT, "body", optional=("Content-Type", "tag")),
        _put_manifest,
        frozenset(),
        "ecr:PutImage",
    ),
    Operation("DeleteManifest", shape(*_INPUT), _delete_manifest, frozenset(), "ecr:BatchDeleteImage"),
)
