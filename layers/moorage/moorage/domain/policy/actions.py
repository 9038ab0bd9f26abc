"""The actions that policies can name: those of Amazon ECR, whatever Moorage has of them.

Source: "Actions, resources, and condition keys for Amazon Elastic Container Registry" (Service Authorization
Reference). The two without an operation are granted in registry policies.
"""

PREFIX = "ecr:"

LIST = frozenset({"ecr:ListImages"})
"""What reading names takes: those of repositories, and those of tags."""

PULL = frozenset(
    f"ecr:{name}"
    for name in (
        "BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer",
        "ListImageReferrers", "ListImages",
    )
)  # fmt: skip
"""What reading images takes. Anonymous callers can be allowed these and nothing else."""

PUSH = PULL | {
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}
"""What adding images takes: layers that are there already are found by pull actions."""

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
"""What the registry's root user may always do, so that no policy locks everybody out."""
