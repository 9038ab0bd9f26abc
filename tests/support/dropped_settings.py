"""What the emulator's CloudFormation drops from the template, set by the services' own calls as the template says it.

AWS's CloudFormation sets all of it: bucket key, lifecycle rules, TTL, point-in-time recovery and RecursiveLoop.
"""

from typing import Any

from tests.support.emulator import Stack
from tests.support.template.reading import read_template


def set_dropped_settings(stack: Stack) -> None:
    """Set them on a deployed stack."""
    resources = read_template()["Resources"]
    _set_bucket(stack, resources["Bucket"]["Properties"])
    _set_table(stack, resources["Table"]["Properties"])
    stack.cloud.client("lambda").put_function_recursion_config(
        FunctionName=stack.physical_id("CompleteUploadsFunction"),
        RecursiveLoop=resources["CompleteUploadsFunction"]["Properties"]["RecursiveLoop"],
    )


def _set_bucket(stack: Stack, declared: dict[str, Any]) -> None:
    client, bucket = stack.cloud.client("s3"), stack.outputs["BucketName"]
    (encryption,) = declared["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": encryption["BucketKeyEnabled"],
    }
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    rules = [_lifecycle_rule(rule) for rule in declared["LifecycleConfiguration"]["Rules"]]
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(declared: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation writes some members of S3's rules in another form."""
    rule = {name: value for name, value in declared.items() if name not in ("Id", "Prefix", "ExpirationInDays")}
    if "ExpirationInDays" in declared:
        rule["Expiration"] = {"Days": declared["ExpirationInDays"]}
    return {**rule, "ID": declared["Id"], "Filter": {"Prefix": declared.get("Prefix", "")}}


def _set_table(stack: Stack, declared: dict[str, Any]) -> None:
    client, table = stack.cloud.client("dynamodb"), stack.outputs["TableName"]
    client.update_time_to_live(TableName=table, TimeToLiveSpecification=declared["TimeToLiveSpecification"])
    recovery = declared["PointInTimeRecoverySpecification"]
    client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
