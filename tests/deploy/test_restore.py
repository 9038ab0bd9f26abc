"""docs/operate/restore.md, step by step: the stack is lost, and a new one adopts the restored table and the bucket."""

import random
import uuid
from typing import Any

from tests.support.emulator import Cloud, Stack, deploy
from tests.support.lambda_build import CHECKOUT, Build
from tests.support.layers import digest_of, push

RESTORED = "moorage-restored"
RUNBOOK = (CHECKOUT / "docs" / "operate" / "restore.md").read_text()


def test_every_layer_is_there_after_the_stack_was_lost_and_restored(cloud: Cloud, build: Build) -> None:
    lost = deploy(cloud, "moorage-lost", build.template_file, DeletionProtection="false")
    name = f"restore/{uuid.uuid4()}"
    lost.ecr().create_repository(repositoryName=name)
    layers = [random.Random(number).randbytes(100_000 + number) for number in range(3)]
    for layer in layers:
        push(lost.ecr(), name, layer)
    stack_is_lost(cloud, lost)

    stream = restore_table(cloud, lost.outputs["TableName"])
    cloud.client("s3").delete_bucket_policy(Bucket=lost.outputs["BucketName"])
    restored = deploy(
        cloud,
        "moorage-adopting",
        build.template_file,
        ExistingTableName=RESTORED,
        ExistingTableStreamArn=stream,
        ExistingBucketName=lost.outputs["BucketName"],
    )

    assert restored.outputs["TableName"] == RESTORED
    client = restored.ecr()
    for layer in layers:
        url = client.get_download_url_for_layer(repositoryName=name, layerDigest=digest_of(layer))["downloadUrl"]
        assert digest_of(cloud.send("GET", url)[1]) == digest_of(layer)
    push(client, name, b"and a new one")
    assert_ttl_and_stream_are_on(cloud)
    assert follows(restored, stream)


def stack_is_lost(cloud: Cloud, stack: Stack) -> None:
    """Delete the stack; what is to be retained must be."""
    formation = cloud.client("cloudformation")
    formation.delete_stack(StackName=stack.name)
    formation.get_waiter("stack_delete_complete").wait(StackName=stack.name, WaiterConfig={"Delay": 1})
    assert stack.outputs["TableName"] in cloud.client("dynamodb").list_tables()["TableNames"]
    cloud.client("s3").head_bucket(Bucket=stack.outputs["BucketName"])


def restore_table(cloud: Cloud, source: str) -> str:
    """Steps 1 to 3; the stream's ARN."""
    dynamodb: Any = cloud.client("dynamodb")
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=source, TargetTableName=RESTORED, UseLatestRestorableTime=True
    )
    dynamodb.get_waiter("table_exists").wait(TableName=RESTORED, WaiterConfig={"Delay": 1})
    dynamodb.update_time_to_live(
        TableName=RESTORED, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    dynamodb.update_table(
        TableName=RESTORED,
        DeletionProtectionEnabled=True,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.update_continuous_backups(
        TableName=RESTORED, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return dynamodb.describe_table(TableName=RESTORED)["Table"]["LatestStreamArn"]


def assert_ttl_and_stream_are_on(cloud: Cloud) -> None:
    dynamodb = cloud.client("dynamodb")
    ttl = dynamodb.describe_time_to_live(TableName=RESTORED)["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires_at")
    assert dynamodb.describe_table(TableName=RESTORED)["Table"]["StreamSpecification"]["StreamEnabled"] is True


def follows(stack: Stack, stream: str) -> bool:
    """Whether the stack's function is fed by the adopted table's stream."""
    mappings = stack.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return any(mapping["EventSourceArn"] == stream for mapping in mappings)


def test_the_runbook_names_every_call_of_this_test() -> None:
    for command in (
        "restore-table-to-point-in-time",
        "update-time-to-live",
        "StreamViewType=NEW_AND_OLD_IMAGES",
        "deletion-protection-enabled",
        "update-continuous-backups",
        "LatestStreamArn",
        "delete-bucket-policy",
        "ExistingTableName",
        "ExistingTableStreamArn",
        "ExistingBucketName",
    ):
        assert command in RUNBOOK
