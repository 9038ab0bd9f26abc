"""Requests that meet the exceptions of images."""

import json

from tests.support.ecr.walk.recipes import (
    MANIFEST,
    Caller,
    Members,
    Recipe,
    manifest_of,
    new_image,
    own_repository,
    repository,
)
from tests.support.layers import digest_of

INDEX = "application/vnd.oci.image.index.v1+json"


def _same_image(walk: Caller) -> Members:
    pushed = {**new_image(walk), "imageTag": walk.new("ImageTag")}
    walk.must("PutImage", **pushed)
    return pushed


def _other_digest(walk: Caller) -> Members:
    return {**new_image(walk), "imageDigest": walk.new("LayerDigest")}


def _immutable_tag(walk: Caller) -> Members:
    first = {**new_image(walk), "imageTag": walk.new("ImageTag")}
    named = {"repositoryName": first["repositoryName"]}
    walk.must("PutImage", **first)
    second = {**new_image(walk), "imageTag": first["imageTag"]}
    walk.must("PutImageTagMutability", **named, imageTagMutability="IMMUTABLE")
    return second


def _absent_layers(walk: Caller) -> Members:
    text = manifest_of(walk.new("UploadId").encode(), walk.new("UploadId").encode())
    return {**repository(walk), "imageManifest": text, "imageManifestMediaType": MANIFEST}


def _absent_children(walk: Caller) -> Members:
    child = {"mediaType": MANIFEST, "size": 10, "digest": digest_of(walk.new("UploadId").encode())}
    text = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [child]})
    return {**repository(walk), "imageManifest": text, "imageManifestMediaType": INDEX}


def _absent_image(walk: Caller) -> Members:
    image_id = {"imageDigest": walk.new("LayerDigest")}
    return {**repository(walk), "imageIds": [image_id], "imageId": image_id, "targetStorageClass": "ARCHIVE"}


def _no_registry_policy(walk: Caller) -> Members:
    walk.must("PutRegistryPolicy", policyText=walk.new("RegistryPolicyText"))
    walk.must("DeleteRegistryPolicy")
    return {}


PROVOKED_IMAGES: dict[tuple[str, str], Recipe] = {
    ("DescribeImages", "ImageNotFoundException"): _absent_image,
    ("PutImage", "ImageAlreadyExistsException"): _same_image,
    ("PutImage", "ImageDigestDoesNotMatchException"): _other_digest,
    ("PutImage", "ImageTagAlreadyExistsException"): _immutable_tag,
    ("PutImage", "LayersNotFoundException"): _absent_layers,
    ("PutImage", "ReferencedImagesNotFoundException"): _absent_children,
    ("UpdateImageStorageClass", "ImageNotFoundException"): _absent_image,
}
PROVOKED_POLICIES: dict[tuple[str, str], Recipe] = {
    ("DeleteRegistryPolicy", "RegistryPolicyNotFoundException"): _no_registry_policy,
    ("DeleteRepositoryPolicy", "RepositoryPolicyNotFoundException"): own_repository,
    ("GetRegistryPolicy", "RegistryPolicyNotFoundException"): _no_registry_policy,
    ("GetRepositoryPolicy", "RepositoryPolicyNotFoundException"): own_repository,
}
