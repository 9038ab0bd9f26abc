"""Requests that meet an exception which an absent repository, upload or other record does not lead to."""

from tests.support.ecr.walk.recipes import (
    Caller,
    Members,
    Recipe,
    completion,
    exclusion,
    layer,
    open_upload,
    own_repository,
    part,
    repository,
    resource,
    template,
    uploaded,
)
from tests.support.layers import digest_of


def _second_upload_of_a_layer(walk: Caller) -> Members:
    content = walk.new("UploadId").encode()
    walk.must("CompleteLayerUpload", **uploaded(walk, content))
    return uploaded(walk, content)


def _tags(count: int, prefix: str = "") -> list[dict[str, str]]:
    return [{"Key": f"{prefix}{number}", "Value": ""} for number in range(count)]


def _existing_template(walk: Caller) -> Members:
    return {**template(walk), "appliedFor": ["CREATE_ON_PUSH"]}


def _repository_with_a_layer(walk: Caller) -> Members:
    return {"repositoryName": layer(walk)["repositoryName"], "force": False}


PROVOKED: dict[tuple[str, str], Recipe] = {
    ("CompleteLayerUpload", "EmptyUploadException"): lambda walk: {
        **open_upload(walk),
        "layerDigests": [digest_of(b"")],
    },
    ("CompleteLayerUpload", "InvalidLayerException"): lambda walk: {
        **completion(walk),
        "layerDigests": [digest_of(b"")],
    },
    ("CompleteLayerUpload", "LayerAlreadyExistsException"): _second_upload_of_a_layer,
    ("CompleteLayerUpload", "LayerPartTooSmallException"): lambda walk: uploaded(walk, b"a", b"b", b"c"),
    ("CreateRepository", "InvalidTagParameterException"): lambda walk: {
        "repositoryName": walk.new("RepositoryName"),
        "tags": _tags(1, "aws:"),
    },
    ("CreateRepository", "RepositoryAlreadyExistsException"): repository,
    ("CreateRepository", "TooManyTagsException"): lambda walk: {
        "repositoryName": walk.new("RepositoryName"),
        "tags": _tags(51),
    },
    ("CreateRepositoryCreationTemplate", "TemplateAlreadyExistsException"): _existing_template,
    ("DeleteLifecyclePolicy", "LifecyclePolicyNotFoundException"): own_repository,
    ("DeleteRepository", "RepositoryNotEmptyException"): _repository_with_a_layer,
    ("GetDownloadUrlForLayer", "LayersNotFoundException"): lambda walk: {
        **repository(walk),
        "layerDigest": walk.new("LayerDigest"),
    },
    ("GetLifecyclePolicy", "LifecyclePolicyNotFoundException"): own_repository,
    ("GetLifecyclePolicyPreview", "LifecyclePolicyPreviewNotFoundException"): own_repository,
    ("RegisterPullTimeUpdateExclusion", "ExclusionAlreadyExistsException"): exclusion,
    ("StartLifecyclePolicyPreview", "LifecyclePolicyNotFoundException"): own_repository,
    ("TagResource", "InvalidTagParameterException"): lambda walk: {**resource(walk), "tags": _tags(1, "aws:")},
    ("TagResource", "TooManyTagsException"): lambda walk: {**resource(walk), "tags": _tags(51)},
    ("UploadLayerPart", "InvalidLayerPartException"): lambda walk: {
        **part(walk),
        "partFirstByte": 10,
        "partLastByte": 45,
    },
}
