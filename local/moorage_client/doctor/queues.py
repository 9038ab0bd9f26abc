"""The completion queue, its function, and the rules that send S3's events to it."""

import json

from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, ok, require
from moorage_client.doctor.table import mapping_of

VISIBILITY_FACTOR = 6
"""Lambda Developer Guide, "Configuring a queue to use with Lambda"."""
RULES = ("UploadedRule", "DeletedRule")
_DEPLOY = "deploy the template again"


def check_redrive(stack: Deployed) -> Outcome:
    """Messages that fail again and again go to the queue of dead letters."""
    policy = json.loads(_attributes(stack, "CompletionQueue").get("RedrivePolicy", "{}"))
    expected = _attributes(stack, "CompletionDeadLetters")["QueueArn"]
    return require(
        holds=policy.get("deadLetterTargetArn") == expected,
        good=f"dead letters after {policy.get('maxReceiveCount')} attempts",
        bad="messages that fail are repeated until they expire, and no dead letter tells of them",
        advice=_DEPLOY,
    )


def check_visibility(stack: Deployed) -> Outcome:
    """A message is hidden for at least six times the function's timeout."""
    function = stack.client("lambda").get_function_configuration(FunctionName=stack.function("CompleteUploads"))
    visibility = int(_attributes(stack, "CompletionQueue")["VisibilityTimeout"])
    needed = VISIBILITY_FACTOR * function["Timeout"]
    return require(
        holds=visibility >= needed,
        good=f"messages are hidden for {visibility} s, and the function takes at most {function['Timeout']} s",
        bad=f"messages are hidden for {visibility} s, and {needed} s are needed: they are delivered again too early",
        advice=_DEPLOY,
    )


def check_mapping(stack: Deployed) -> Outcome:
    """The function receives the queue's messages, and reports failures one by one."""
    mapping = mapping_of(stack, "CompleteUploadsFunctionCompletions")
    if mapping["State"] != "Enabled":
        return fault(f"the function does not receive messages: {mapping['State']}", "enable the event source mapping")
    return require(
        holds="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
        good="the function receives the queue's messages",
        bad="a message that failed counts as done: the mapping lacks ReportBatchItemFailures",
        advice=_DEPLOY,
    )


def check_event_rules(stack: Deployed) -> Outcome:
    """EventBridge sends S3's events to the queue."""
    events, queue = stack.client("events"), _attributes(stack, "CompletionQueue")["QueueArn"]
    for logical_id in RULES:
        rule = stack.resource(logical_id).rpartition("/")[2]
        state = events.describe_rule(Name=rule)["State"]
        if state != "ENABLED":
            return fault(f"{logical_id} is {state}", "enable the rule")
        if queue not in [target["Arn"] for target in events.list_targets_by_rule(Rule=rule)["Targets"]]:
            return fault(f"{logical_id} does not send to the completion queue", _DEPLOY)
    return ok("S3's events reach the completion queue")


def _attributes(stack: Deployed, logical_id: str) -> dict[str, str]:
    answered = stack.client("sqs").get_queue_attributes(QueueUrl=stack.resource(logical_id), AttributeNames=["All"])
    attributes: dict[str, str] = answered["Attributes"]
    return attributes
