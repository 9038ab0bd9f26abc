"""The bucket's settings."""

import json
from typing import Any

from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, ok, require

DEPLOY = "deploy the template again, or set it in the bucket"
WRITE_ONCE = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
PREFIXES = ("blobs", "direct", "tails", "manifests")
_DAY_SECONDS = 86_400


def check_versioning(stack: Deployed) -> Outcome:
    """Versioning is off: with it, deleted content stays and is paid for (ADR 12)."""
    status = stack.client("s3").get_bucket_versioning(Bucket=stack.outputs["BucketName"]).get("Status")
    return require(
        holds=status != "Enabled",
        good="versioning is off",
        bad="versioning is on: deleted layers stay in the bucket, and are charged for",
        advice="suspend versioning, and delete the old versions (docs/adr/0012-no-bucket-versioning.md)",
    )


def check_lifecycle(stack: Deployed) -> Outcome:
    """Multipart uploads are aborted after longer than an upload may take, and nothing but tails expires."""
    answered = stack.client("s3").get_bucket_lifecycle_configuration(Bucket=stack.outputs["BucketName"])
    rules = [rule for rule in answered["Rules"] if rule["Status"] == "Enabled"]
    days = [rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for rule in rules if _aborts(rule)]
    if not days:
        return fault("no rule aborts multipart uploads that nobody completes", DEPLOY)
    lifetime = int(stack.parameters.get("UploadLifetimeSeconds", "0"))
    if min(days) * _DAY_SECONDS <= lifetime:
        return fault(f"multipart uploads are aborted after {min(days)} days, while uploads may be open", DEPLOY)
    if expiring := [_prefix(rule) for rule in rules if "Expiration" in rule and not _prefix(rule).startswith("tails/")]:
        return fault(f"objects expire under the prefix {expiring[0]!r}: layers lose their content", "delete this rule")
    return ok(f"multipart uploads are aborted after {min(days)} days")


def _aborts(rule: dict[str, Any]) -> bool:
    return "AbortIncompleteMultipartUpload" in rule and not _prefix(rule)


def _prefix(rule: dict[str, Any]) -> str:
    return str(rule.get("Prefix") or rule.get("Filter", {}).get("Prefix", ""))


def check_policy(stack: Deployed) -> Outcome:
    """The bucket's policy denies writes without If-None-Match to every key of content."""
    bucket = stack.outputs["BucketName"]
    document = json.loads(stack.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    denied = [each for each in document["Statement"] if each["Effect"] == "Deny" and _denies_replacing(each)]
    resources = {name for each in denied for name in _listed(each["Resource"])}
    open_to = [prefix for prefix in PREFIXES if not any(name.endswith(f"{bucket}/{prefix}/*") for name in resources)]
    return require(
        holds=not open_to,
        good="the policy denies every write without If-None-Match",
        bad=f"the policy does not deny writes without If-None-Match below {', '.join(open_to)}",
        advice="deploy the template again; for an adopted bucket, see docs/operate/restore.md",
    )


def _denies_replacing(statement: dict[str, Any]) -> bool:
    condition = {
        operator: {key: str(value).lower() for key, value in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    return "s3:PutObject" in _listed(statement["Action"]) and condition == WRITE_ONCE


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def check_encryption(stack: Deployed) -> Outcome:
    """Objects are encrypted with the key of the parameter, and with a bucket key."""
    answered = stack.client("s3").get_bucket_encryption(Bucket=stack.outputs["BucketName"])
    (rule,) = answered["ServerSideEncryptionConfiguration"]["Rules"]
    default, key = rule["ApplyServerSideEncryptionByDefault"], stack.parameters.get("ContentKeyArn", "")
    expected = ("aws:kms", key) if key else ("AES256", "")
    found = (default["SSEAlgorithm"], default.get("KMSMasterKeyID", ""))
    if found != expected:
        return fault(f"the bucket encrypts with {_key(*found)} instead of {_key(*expected)}", DEPLOY)
    return require(
        holds=rule.get("BucketKeyEnabled", False),
        good=f"{found[0]} with a bucket key",
        bad="the bucket key is off: each object is a request to KMS",
        advice=DEPLOY,
    )


def _key(algorithm: str, key: str) -> str:
    return f"{algorithm} and the key {key}" if key else algorithm


def check_public_access(stack: Deployed) -> Outcome:
    """All four blocks of public access are on."""
    answered = stack.client("s3").get_public_access_block(Bucket=stack.outputs["BucketName"])
    off = [name for name, is_on in answered["PublicAccessBlockConfiguration"].items() if not is_on]
    return require(holds=not off, good="public access is blocked", bad=f"off: {', '.join(off)}", advice=DEPLOY)


def check_events(stack: Deployed) -> Outcome:
    """S3 sends its events to EventBridge; direct uploads are completed by them."""
    answered = stack.client("s3").get_bucket_notification_configuration(Bucket=stack.outputs["BucketName"])
    return require(
        holds="EventBridgeConfiguration" in answered,
        good="S3 sends events to EventBridge",
        bad="S3 sends no events to EventBridge: direct uploads are completed only by a request or a message",
        advice=DEPLOY,
    )
