"""Push and pull images through the ECR API only, in the ways in which callers of its layer operations do it."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.support.clients.image import OciImage
from tests.support.clients.sdks.sdk import Members, Sdk, SdkError
from tests.support.layers import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a caller sends layers."""

    part_bytes: int | None = None
    """None: the size that InitiateLayerUpload advertises."""
    times: int = 1
    """How often it sends each request of an upload, as if the answers before the last one were lost."""
    layers_together: int = 1


AS_ADVERTISED = Habits()


def push_image(sdk: Sdk, image: OciImage, repository: str, tag: str, habits: Habits = AS_ADVERTISED) -> list[str]:
    """Push what the repository lacks; the digests of what was sent."""
    blobs = [image.config, *image.layers]
    states = availability(sdk, repository, blobs)
    missing = [digest for digest in blobs if states[digest] != "AVAILABLE"]
    with ThreadPoolExecutor(habits.layers_together) as threads:
        sent = list(threads.map(lambda digest: push_layer(sdk, repository, image.content(digest), habits), missing))
    put_image(sdk, image, repository, tag)
    return sent


def put_image(sdk: Sdk, image: OciImage, repository: str, tag: str, **changed: str) -> Members:
    """PutImage with the digest and the media type, as AWS's resolver for containerd sends it; the answered image."""
    text = image.content(image.digest).decode()
    members = {
        "imageManifest": text,
        "imageManifestMediaType": str(json.loads(text)["mediaType"]),
        "imageDigest": image.digest,
        "imageTag": tag,
    }
    answer = sdk.call("PutImage", repositoryName=repository, **{**members, **changed})
    return dict(answer["image"])


def push_layer(sdk: Sdk, repository: str, content: bytes, habits: Habits = AS_ADVERTISED) -> str:
    """Send a layer, which can be used at once; its digest."""
    for _ in range(habits.times):
        upload = sdk.call("InitiateLayerUpload", repositoryName=repository)
    part_bytes = habits.part_bytes or upload["partSize"]
    assert send_parts(sdk, repository, upload["uploadId"], content, part_bytes, habits.times) == 0
    for _ in range(habits.times):
        digest = complete(sdk, repository, upload["uploadId"], content)
    assert availability(sdk, repository, [digest]) == {digest: "AVAILABLE"}
    return digest


def send_parts(sdk: Sdk, repository: str, upload_id: str, content: bytes, part_bytes: int, times: int = 1) -> int:
    """Send the parts, and continue where the registry says that it continues; how often it said so."""
    first, resumed = 0, 0
    while first < len(content):
        part = content[first : first + part_bytes]
        try:
            for _ in range(times):
                answer = send_part(sdk, repository, upload_id, first, part)
                assert answer["lastByteReceived"] == first + len(part) - 1
        except SdkError as error:
            if error.code != "InvalidLayerPartException" or sdk.next_byte(error) <= first:
                raise
            first, resumed = sdk.next_byte(error), resumed + 1
        else:
            first += len(part)
    return resumed


def send_part(sdk: Sdk, repository: str, upload_id: str, first_byte: int, part: bytes) -> Members:
    """UploadLayerPart."""
    return sdk.call(
        "UploadLayerPart",
        repositoryName=repository,
        uploadId=upload_id,
        partFirstByte=first_byte,
        partLastByte=first_byte + len(part) - 1,
        layerPartBlob=part,
    )


def complete(sdk: Sdk, repository: str, upload_id: str, content: bytes) -> str:
    """CompleteLayerUpload, for which LayerAlreadyExists is a success, as for every known client; the digest."""
    digest = digest_of(content)
    members = {"repositoryName": repository, "uploadId": upload_id, "layerDigests": [digest]}
    try:
        answer = sdk.call("CompleteLayerUpload", **members)
    except SdkError as error:
        if error.code != "LayerAlreadyExistsException":
            raise
        return digest
    assert answer["layerDigest"] == digest
    return digest


def availability(sdk: Sdk, repository: str, digests: Sequence[str]) -> dict[str, str]:
    """By digest, what BatchCheckLayerAvailability says; a well-formed digest is no failure."""
    answer = sdk.call("BatchCheckLayerAvailability", repositoryName=repository, layerDigests=list(digests))
    assert answer["failures"] == []
    return {layer["layerDigest"]: layer["layerAvailability"] for layer in answer["layers"]}


def pull_image(sdk: Sdk, repository: str, **image_id: str) -> dict[str, bytes]:
    """The manifest and all that it names, by digest."""
    answer = sdk.call("BatchGetImage", repositoryName=repository, imageIds=[image_id])
    assert answer["failures"] == []
    (image,) = answer["images"]
    document = json.loads(image["imageManifest"])
    assert image["imageManifestMediaType"] == document["mediaType"]
    contents = {image["imageId"]["imageDigest"]: image["imageManifest"].encode()}
    for digest in (named["digest"] for named in [document["config"], *document["layers"]]):
        found = sdk.call("GetDownloadUrlForLayer", repositoryName=repository, layerDigest=digest)
        assert found["layerDigest"] == digest
        contents[digest] = sdk.download(found["downloadUrl"])
    return contents


def contents_of(image: OciImage) -> dict[str, bytes]:
    """What a pull has to bring."""
    return {digest: image.content(digest) for digest in (image.digest, image.config, *image.layers)}
