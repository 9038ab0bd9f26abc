"""Checks of the Lambda functions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from moorage_client.doctor.deployed import ALIAS, FUNCTIONS, Deployed
from moorage_client.doctor.outcome import Outcome, fault, not_checked, ok, require

RUNTIME = "python3.13"
CARRYING = ("EcrApi", "DirectApi", "OciApi", "CompleteUploads")
"""These functions continue a sha256 from its stored state. At its start, each logs a line if it cannot do that."""
_REPORT, _START = '"exports no sha256 states"', '"START RequestId"'
_LOOK_BACK = timedelta(days=1)
_STARTING_QUOTA = 10


def check_versions(stack: Deployed) -> Outcome:
    """The version behind each alias is active, and has the runtime and the architecture of the template."""
    architecture = stack.parameters.get("Architecture", "arm64")
    for name in FUNCTIONS:
        found = _live(stack, name)
        if found.get("State") == "Pending":
            return not_checked(f"{name} is being prepared", "run the command again in a few minutes")
        if found.get("State", "Active") not in ("Active", "Inactive"):  # Inactive: not called for weeks
            return fault(f"{name} is {found['State']}: {found.get('StateReason', '')}", "publish a new version: deploy")
        if (found["Runtime"], found["Architectures"]) != (RUNTIME, [architecture]):
            text = f"{name} runs {found['Runtime']} on {', '.join(found['Architectures'])}"
            return fault(f"{text} instead of {RUNTIME} on {architecture}", "build for this architecture, and deploy")
    return ok(f"six functions, {RUNTIME} on {architecture}")


def check_recursive_loop(stack: Deployed) -> Outcome:
    """Lambda lets the completion queue's function send messages to its own queue more than sixteen times."""
    name = stack.function("CompleteUploads")
    found = stack.client("lambda").get_function_recursion_config(FunctionName=name)["RecursiveLoop"]
    return require(
        holds=found == "Allow",
        good="a long verification may be handed over any number of times",
        bad="Lambda stops a verification after 16 hand-overs, which large layers need",
        advice=f"aws lambda put-function-recursion-config --function-name {name} --recursive-loop Allow",
    )


def check_hash_states(stack: Deployed) -> Outcome:
    """Since its deployment, and for at most a day, no function has logged that libcrypto exports no sha256 states."""
    logs, silent = stack.client("logs"), []
    for name in CARRYING:
        since = max(_published_at(_live(stack, name)), datetime.now(UTC) - _LOOK_BACK)
        group = stack.resource(f"{name}LogGroup")
        if _has_event(logs, group, since, _REPORT):
            return fault(
                f"{name} cannot carry sha256 states: each completion reads its layer again",
                "report the runtime's version, which is in the log line INIT_START",
            )
        if not _has_event(logs, group, since, _START):
            silent.append(name)
    if len(silent) == len(CARRYING):
        return not_checked(
            "no function has run since the deployment, or for a day", "push an image, and run the command again"
        )
    return ok("sha256 states are carried" + (f"; not run yet: {', '.join(silent)}" if silent else ""))


def check_concurrency(stack: Deployed) -> Outcome:
    """How many functions the account may run at a time."""
    limit = stack.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    advice = "request 1,000 before production use (docs/operate/costs.md)" if limit <= _STARTING_QUOTA else ""
    return ok(f"the account runs {limit} functions at a time", advice)


def _live(stack: Deployed, name: str) -> Any:
    client = stack.client("lambda")
    return client.get_function_configuration(FunctionName=stack.function(name), Qualifier=ALIAS)


def _published_at(version: Any) -> datetime:
    return datetime.strptime(version["LastModified"], "%Y-%m-%dT%H:%M:%S.%f%z")


def _has_event(logs: Any, group: str, since: datetime, pattern: str) -> bool:
    start = int(since.timestamp() * 1000)
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=start, filterPattern=pattern, PaginationConfig={"MaxItems": 1}
    )
    return any(page["events"] for page in pages)
