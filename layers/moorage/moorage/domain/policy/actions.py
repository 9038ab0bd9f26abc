"""The actions that policies can name: those of Amazon ECR, whatever Moorage has of them.

Source: "Actions, resources, and condition keys for Amazon Elastic Container Registry" (Service Authorization
Reference). The two without an operation are granted in registry policies.
"""

PREFIX = "ecr:"

LIST = frozenset({"ecr:ListImages"})
"""The actions that read the names of repositories and of tags."""

PULL = frozenset(
    f"ecr:{name}"
    for name in (
        "BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer",
        "ListImageReferrers", "ListImages",
    )
)  # fmt: skip
"""The actions that read images. A policy can allow only these to anonymous callers."""

PUSH = PULL | {
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}
"""The actions that push images. They include pull actions, which find existing layers."""

ACTIONS = PUSH | {
    f"ecr:{name}"
    for name in (
        "BatchDeleteImage", "BatchGetRepositoryScanningConfiguration", "BatchImportUpstreamImage",
        "CreatePullThroughCacheRule", "CreateRepository", "CreateRepositoryCreationTemplate",
        "DeleteLifecyclePolicy", "DeletePullThroughCacheRule", "DeleteRegistryPolicy", "DeleteRepository",
        "DeleteRepositoryCreationTemplate", "DeleteRepositoryPolicy", "DeleteSigningConfiguration",
        "DeregisterPullTimeUpdateExclusion", "DescribeImageReplicationStatus", "DescribeImageScanFindings",
        "DescribeImageSigningStatus", "DescribePullThroughCacheRules", "DescribeRegistry",
        "DescribeReplicationBackfillResults", "DescribeRepositories",
        "DescribeRepositoryCreationTemplates", "GetAccountSetting", "GetAuthorizationToken", "GetLifecyclePolicy",
        "GetLifecyclePolicyPreview", "GetRegistryPolicy", "GetRegistryScanningConfiguration", "GetRepositoryPolicy",
        "GetSigningConfiguration", "ListPullTimeUpdateExclusions", "ListReplicationBackfills",
        "ListTagsForResource", "PutAccountSetting",
        "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "PutRegistryPolicy",
        "PutRegistryScanningConfiguration", "PutReplicationConfiguration", "PutSigningConfiguration",
        "RegisterPullTimeUpdateExclusion", "ReplicateImage", "SetRepositoryPolicy", "StartImageScan",
        "StartLifecyclePolicyPreview", "StartReplicationBackfill", "StopReplicationBackfill", "TagResource",
        "UntagResource", "UpdateImageStorageClass",
        "UpdatePullThroughCacheRule", "UpdateRepositoryCreationTemplate", "ValidatePullThroughCacheRule",
    )
}  # fmt: skip

POLICY_ACTIONS = frozenset(f"ecr:{verb}RepositoryPolicy" for verb in ("Get", "Set", "Delete"))
"""The actions that the registry's root user may always do, so that no policy can deny everyone."""
