"""What must be there before an operation's request can succeed.

An operation without an entry gets a repository. A new one whose requests fail too often needs an entry.
"""

import json
from collections.abc import Callable
from typing import Any, Protocol

from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY

Members = dict[str, Any]
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Caller(Protocol):
    """What recipes need of the walk."""

    def new(self, shape: str) -> Any:
        """A new value of this shape."""

    def must(self, operation: str, **members: Any) -> Members:
        """The answer of a request that has to succeed."""

    def repository(self) -> str:
        """A repository that is there; the same several times."""


Recipe = Callable[[Caller], Members]


def repository(walk: Caller) -> Members:
    return {"repositoryName": walk.repository()}


def own_repository(walk: Caller) -> Members:
    name = walk.new("RepositoryName")
    walk.must("CreateRepository", repositoryName=name)
    return {"repositoryName": name}


def resource(walk: Caller) -> Members:
    name = walk.repository()
    [found] = walk.must("DescribeRepositories", repositoryNames=[name])["repositories"]
    return {"resourceArn": found["repositoryArn"]}


def open_upload(walk: Caller) -> Members:
    name = walk.repository()
    upload_id = walk.must("InitiateLayerUpload", repositoryName=name)["uploadId"]
    return {"repositoryName": name, "uploadId": upload_id}


def part(walk: Caller) -> Members:
    blob = walk.new("UploadId").encode()
    return {**open_upload(walk), "layerPartBlob": blob, "partFirstByte": 0, "partLastByte": len(blob) - 1}


def uploaded(walk: Caller, *blobs: bytes) -> Members:
    upload, first = open_upload(walk), 0
    for blob in blobs or (walk.new("UploadId").encode(),):
        last = first + len(blob) - 1
        walk.must("UploadLayerPart", **upload, layerPartBlob=blob, partFirstByte=first, partLastByte=last)
        first = last + 1
    return {**upload, "layerDigests": [digest_of(b"".join(blobs))]}


def completion(walk: Caller) -> Members:
    return uploaded(walk, walk.new("UploadId").encode())


def layer(walk: Caller) -> Members:
    pushed = completion(walk)
    walk.must("CompleteLayerUpload", **pushed)
    [digest] = pushed["layerDigests"]
    return {"repositoryName": pushed["repositoryName"], "layerDigest": digest, "layerDigests": [digest]}


def new_image(walk: Caller) -> Members:
    name, contents = walk.repository(), [walk.new("UploadId").encode() for _ in range(2)]
    for content in contents:
        pushed = {**uploaded(walk, content)}
        walk.must("CompleteLayerUpload", **pushed)
    text = manifest_of(*contents)
    return {
        "repositoryName": name,
        "imageManifest": text,
        "imageDigest": digest_of(text.encode()),
        "imageManifestMediaType": MANIFEST,
    }


def manifest_of(config: bytes, layer: bytes) -> str:
    def descriptor(content: bytes, media_type: str) -> Members:
        return {"mediaType": media_type, "size": len(content), "digest": digest_of(content)}

    described = {"config": descriptor(config, CONFIG), "layers": [descriptor(layer, LAYER)]}
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, **described})


def _image(walk: Caller) -> Members:
    pushed = new_image(walk)
    walk.must("PutImage", **pushed)
    image_id = {"imageDigest": pushed["imageDigest"]}
    return {"repositoryName": pushed["repositoryName"], "imageIds": [image_id], "imageId": image_id}


def _with_policy(walk: Caller) -> Members:
    named = own_repository(walk)
    walk.must("PutLifecyclePolicy", **named, lifecyclePolicyText=POLICY)
    return named


def _with_preview(walk: Caller) -> Members:
    named = _with_policy(walk)
    walk.must("StartLifecyclePolicyPreview", **named)
    return named


def _with_repository_policy(walk: Caller) -> Members:
    named = own_repository(walk)
    walk.must("SetRepositoryPolicy", **named, policyText=walk.new("RepositoryPolicyText"))
    return named


def _registry_policy(walk: Caller) -> Members:
    walk.must("PutRegistryPolicy", policyText=walk.new("RegistryPolicyText"))
    return {}


def template(walk: Caller) -> Members:
    prefix = walk.new("Prefix")
    walk.must("CreateRepositoryCreationTemplate", prefix=prefix, appliedFor=["CREATE_ON_PUSH"])
    return {"prefix": prefix}


def exclusion(walk: Caller) -> Members:
    arn = walk.new("PrincipalArn")
    walk.must("RegisterPullTimeUpdateExclusion", principalArn=arn)
    return {"principalArn": arn}


def _nothing(_walk: Caller) -> Members:
    return {}


def _setting(_walk: Caller) -> Members:
    return {"name": "BLOB_MOUNTING", "value": "ENABLED"}


def _mutability(walk: Caller) -> Members:
    filters = [{"filterType": "WILDCARD", "filter": walk.new("ImageTagMutabilityExclusionFilterValue")}]
    exclusion = {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters}
    return {**repository(walk), **exclusion}


RECIPES: dict[str, Recipe] = {
    "BatchCheckLayerAvailability": layer,
    "BatchDeleteImage": _image,
    "BatchGetImage": _image,
    "CompleteLayerUpload": completion,
    "CreateRepository": _nothing,
    "CreateRepositoryCreationTemplate": _nothing,
    "DeleteLifecyclePolicy": _with_policy,
    "DeleteRegistryPolicy": _registry_policy,
    "DeleteRepository": own_repository,
    "DeleteRepositoryCreationTemplate": template,
    "DeleteRepositoryPolicy": _with_repository_policy,
    "DeregisterPullTimeUpdateExclusion": exclusion,
    "DescribeImages": _image,
    "DescribeRepositories": _nothing,
    "DescribeRepositoryCreationTemplates": _nothing,
    "GetAccountSetting": _setting,
    "GetAuthorizationToken": _nothing,
    "GetDownloadUrlForLayer": layer,
    "GetLifecyclePolicy": _with_policy,
    "GetLifecyclePolicyPreview": _with_preview,
    "GetRegistryPolicy": _registry_policy,
    "GetRepositoryPolicy": _with_repository_policy,
    "ListTagsForResource": resource,
    "PutAccountSetting": _setting,
    "PutImage": new_image,
    "PutImageTagMutability": _mutability,
    "RegisterPullTimeUpdateExclusion": _nothing,
    "StartLifecyclePolicyPreview": _with_policy,
    "TagResource": resource,
    "UntagResource": resource,
    "UpdateImageStorageClass": _image,
    "UpdateRepositoryCreationTemplate": template,
    "UploadLayerPart": part,
}
ANY: Recipe = repository
