"""The table."""

from typing import Any

from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, ok, require

_TTL_ATTRIBUTE = "expires_at"
_RESTORE = "a restored table has none of its settings: docs/operate/restore.md"


def check_ttl(stack: Deployed) -> Outcome:
    """DynamoDB removes expired records, which starts the clean-up of what they name."""
    answered = stack.client("dynamodb").describe_time_to_live(TableName=stack.outputs["TableName"])
    found = answered["TimeToLiveDescription"]
    is_on = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return require(
        holds=is_on and found.get("AttributeName") == _TTL_ATTRIBUTE,
        good=f"TTL is on, by {_TTL_ATTRIBUTE}",
        bad="TTL is off: uploads that nobody completes stay forever",
        advice=_RESTORE,
    )


def check_recovery(stack: Deployed) -> Outcome:
    """The table can be restored to any second of the last weeks."""
    answered = stack.client("dynamodb").describe_continuous_backups(TableName=stack.outputs["TableName"])
    found = answered["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return require(
        holds=found.get("PointInTimeRecoveryStatus") == "ENABLED",
        good="point-in-time recovery is on",
        bad="point-in-time recovery is off",
        advice=_RESTORE,
    )


def check_stream(stack: Deployed) -> Outcome:
    """The stream has both images, and the function reads this stream."""
    table = stack.client("dynamodb").describe_table(TableName=stack.outputs["TableName"])["Table"]
    view = table.get("StreamSpecification", {}).get("StreamViewType")
    if view != "NEW_AND_OLD_IMAGES":
        return fault(f"the table's stream has {view or 'nothing'} instead of new and old images", _RESTORE)
    mapping = mapping_of(stack, "RegistryStreamFunctionRecords")
    if mapping["EventSourceArn"] != table["LatestStreamArn"]:
        return fault(
            "the function reads another stream than the table's latest", "set ExistingTableStreamArn and deploy"
        )
    if mapping["State"] != "Enabled":
        return fault(f"the function does not read the stream: {mapping['State']}", "enable the event source mapping")
    return ok("the function reads the table's stream")


def mapping_of(stack: Deployed, logical_id: str) -> Any:
    """An event source mapping of the stack."""
    return stack.client("lambda").get_event_source_mapping(UUID=stack.resource(logical_id))
