"""The README's table of ECR's operations: all of the model's, each with its state."""

from pathlib import Path

from moorage.wire.ecr.operations import HANDLERS

from tools.ecr_model.groups import GROUPS

BEGIN = "<!-- operations: written by `make shapes` -->"
END = "<!-- end of operations -->"

NOT_OURS = {
    "scanning": "scanning needs a database of vulnerabilities: run a scanner of your own on the pulled image",
    "signing": "signing needs AWS Signer; signatures that a client pushes are artifacts like any other",
}
"""Groups of operations that Moorage will not have, and why."""
NOT_OURS_REPLICATION = "there is one registry: nothing was replicated that could be caught up on"
NOT_OURS_OPERATIONS = {
    "DescribeReplicationBackfillResults": NOT_OURS_REPLICATION,
    "ListReplicationBackfills": NOT_OURS_REPLICATION,
    "StartReplicationBackfill": NOT_OURS_REPLICATION,
    "StopReplicationBackfill": NOT_OURS_REPLICATION,
}
REMARKS = {
    "BatchCheckLayerAvailability": "up to 100 digests",
    "CompleteLayerUpload": "four requests to AWS, whatever the size",
    "CreateRepository": "tags, encryption with a key of your own",
    "CreateRepositoryCreationTemplate": "a push creates its repository where it is applied for CREATE_ON_PUSH",
    "DeleteRepository": "`force` deletes what it holds, too",
    "DescribeRepositories": "by name, or page by page",
    "GetDownloadUrlForLayer": "a presigned S3 URL",
    "InitiateLayerUpload": "answers the part size that fits the API's body limit",
    "PutImageScanningConfiguration": "stored and returned; Moorage scans nothing",
    "PutImageTagMutability": "all four modes, with exclusion filters",
    "UploadLayerPart": "in order, inclusive ranges; the last one may be repeated",
}
"""What a caller should know of an operation that Moorage has."""


def table() -> str:
    """The table in Markdown, markers included."""
    rows = [f"| {name} | {_state(name, group)} |" for group in sorted(GROUPS) for name in GROUPS[group]]
    return "\n".join([BEGIN, "| operation | state |", "|---|---|", *rows, END])


def write(readme: Path) -> None:
    """Put the table between its markers."""
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(before + table() + after)


def _state(name: str, group: str) -> str:
    if name in HANDLERS:
        return f"yes: {REMARKS[name]}" if name in REMARKS else "yes"
    reason = NOT_OURS.get(group) or NOT_OURS_OPERATIONS.get(name)
    return f"no: {reason}" if reason else "not yet"
