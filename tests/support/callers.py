"""Who asks in tests: the owner of the registry where nothing else is said, and others."""

from typing import Any

from moorage.domain.caller import ANONYMOUS, Caller, parse_caller
from moorage_local.stack.environment import REGISTRY_ID


def caller(arn: str) -> Caller:
    """The caller of an ARN; "" is an anonymous caller."""
    found = parse_caller(arn) if arn else ANONYMOUS
    assert found is not None, arn
    return found


def owner(registry_id: str = REGISTRY_ID) -> Caller:
    """A user of the registry's own account, whom no policy names."""
    return caller(f"arn:aws:iam::{registry_id}:user/owner")


def iam_context(arn: str) -> dict[str, Any]:
    """What API Gateway's IAM authorizer adds to an event's requestContext; nothing for an anonymous caller."""
    if not arn:
        return {}
    return {"authorizer": {"iam": {"userArn": arn, "accountId": arn.split(":")[4]}}}
