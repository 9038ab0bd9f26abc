"""Declared exceptions that the walk does not reach, each with its reason."""

_EVERYWHERE = {
    "ServerException": "a fault of the registry: the walk fails if it meets one",
    "ValidationException": "where the model declares both, InvalidParameterException is answered",
    "KmsException": "the key service of the walk's engines refuses nothing; tests/contract/ecr/test_repositories.py",
    "UnableToGetUpstreamImageException": "there is no pull-through cache",
    "UnableToListUpstreamImageReferrersException": "there is no pull-through cache",
}
_OF_OPERATIONS = {
    ("BatchGetImage", "LimitExceededException"): "one request names at most 100 images, which the model says itself",
    ("PutImage", "LimitExceededException"): "needs an image with 1,000 tags",
    ("DeleteRegistryPolicy", "InvalidParameterException"): "it has no members that could be wrong",
    ("DescribeRegistry", "InvalidParameterException"): "it has no members that could be wrong",
    ("GetRegistryPolicy", "InvalidParameterException"): "it has no members that could be wrong",
    ("CreateRepository", "LimitExceededException"): "a registry has no limit on its repositories",
    ("CreateRepositoryCreationTemplate", "LimitExceededException"): "a registry has no limit on its templates",
    ("DeregisterPullTimeUpdateExclusion", "LimitExceededException"): "removing one cannot exceed a limit",
    ("GetDownloadUrlForLayer", "LayerInaccessibleException"): (
        "needs an archived image; tests/contract/ecr/test_archived_images.py"
    ),
    ("GetDownloadUrlForLayer", "UnableToGetUpstreamLayerException"): "there is no pull-through cache",
    ("ListPullTimeUpdateExclusions", "LimitExceededException"): "a listing cannot exceed a limit",
    ("PutAccountSetting", "LimitExceededException"): "a setting cannot exceed a limit",
    ("RegisterPullTimeUpdateExclusion", "LimitExceededException"): "a registry has no limit on its exclusions",
    ("StartLifecyclePolicyPreview", "LifecyclePolicyPreviewInProgressException"): (
        "a small repository's preview is complete at once; tests/unit/usecases/lifecycle/test_preview.py"
    ),
    ("UpdateImageStorageClass", "ImageStorageClassUpdateNotSupportedException"): "every stored image can be archived",
    ("UntagResource", "InvalidTagParameterException"): "keys that cannot be tags are not there, so removing succeeds",
    ("UntagResource", "TooManyTagsException"): "removing tags cannot exceed a limit",
    ("UploadLayerPart", "LimitExceededException"): "needs 10,001 parts or 52 GB; tests/unit/usecases/uploads",
}


def reason_of(operation: str, exception: str) -> str | None:
    """Why the walk does not reach it; None if it should."""
    return _EVERYWHERE.get(exception) or _OF_OPERATIONS.get((operation, exception))
