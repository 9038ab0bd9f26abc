"""Alarms, and the secret that signs tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, not_checked, ok

_EVALUATED_WITHIN = timedelta(hours=1)
_BATCH = 100


def check_alarms(stack: Deployed) -> Outcome:
    """Every alarm of the stack exists and is OK. CloudWatch evaluates a new alarm within minutes."""
    found = _describe(stack)
    if missing := set(stack.alarms) - found.keys():
        return fault(f"deleted: {', '.join(sorted(missing))}", "deploy the template again")
    raised = [
        f"{name} ({each.get('StateReason', '')})" for name, each in found.items() if each["StateValue"] == "ALARM"
    ]
    if raised:
        return fault(f"raised: {'; '.join(sorted(raised))}", "docs/operate/monitor.md says what to do for each alarm")
    waiting = {name: each for name, each in found.items() if each["StateValue"] == "INSUFFICIENT_DATA"}
    if waiting and all(_is_new(each) for each in waiting.values()):
        return not_checked(f"{len(waiting)} of {len(found)} alarms are not evaluated yet", "run the command in an hour")
    if waiting:
        return fault(
            f"not evaluated: {', '.join(sorted(waiting))}", "compare their metrics with those of the functions"
        )
    note = "" if stack.parameters.get("AlarmTopicArn") else "set AlarmTopicArn: these alarms notify nobody"
    return ok(f"{len(found)} alarms are OK", note)


def _describe(stack: Deployed) -> dict[str, Any]:
    client: Any = stack.client("cloudwatch")
    found: dict[str, Any] = {}
    for first in range(0, len(stack.alarms), _BATCH):
        names = list(stack.alarms[first : first + _BATCH])
        answered = client.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm"], MaxRecords=_BATCH)
        found |= {each["AlarmName"]: each for each in answered["MetricAlarms"]}
    return found


def _is_new(alarm: Any) -> bool:
    updated: datetime = alarm["AlarmConfigurationUpdatedTimestamp"]
    return datetime.now(UTC) - updated < _EVALUATED_WITHIN


def check_token_keys(stack: Deployed) -> Outcome:
    """The secret with the keys of tokens exists, and is not about to be deleted."""
    found = stack.client("secretsmanager").describe_secret(SecretId=stack.resource("TokenKeys"))
    if "DeletedDate" in found:
        return fault("the secret of the token keys will be deleted", "aws secretsmanager restore-secret")
    return ok("the secret of the token keys exists")
