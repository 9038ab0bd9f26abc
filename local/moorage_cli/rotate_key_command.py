"""`moorage rotate-key`: a new key for tokens. The key that it replaces still verifies, so nobody is logged out."""

import json
import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from moorage.domain.token import LIFETIME_SECONDS

from moorage_cli.failures import failing_on

RESOURCE = "TokenKeys"
"""The template's name for the secret."""
_SECRET_BYTES = 32


class RotationError(Exception):
    """The key was not rotated; the message says why, and what to do."""


def rotate_key(
    stack: Annotated[str, typer.Option(help="CloudFormation name of the deployed stack.")],
    end_all: Annotated[bool, typer.Option("--end-all", help="Also invalidate all existing tokens.")] = False,
) -> None:
    """Sign tokens with a new key. Tokens of the previous key stay valid until the next rotation.

    Running functions read the new key automatically.
    """
    # Imported here, so that other commands do not load it.
    from botocore.exceptions import BotoCoreError, ClientError

    with failing_on(RotationError, BotoCoreError, ClientError):
        typer.echo(run(stack, time.time(), end_all=end_all))


def run(stack_name: str, now: float, *, end_all: bool) -> str:
    """Rotate the key of a deployed stack; a sentence about it. Raises: RotationError, and botocore's errors."""
    import boto3

    resource = boto3.client("cloudformation").describe_stack_resource(StackName=stack_name, LogicalResourceId=RESOURCE)
    arn = resource["StackResourceDetail"]["PhysicalResourceId"]
    return rotate(boto3.client("secretsmanager"), arn, now, end_all=end_all)


def rotate(client: Any, secret_arn: str, now: float, *, end_all: bool) -> str:
    """Replace the key in a secret. Raises: RotationError if tokens of the former key are still valid."""
    before: dict[str, Any] = json.loads(client.get_secret_value(SecretId=secret_arn)["SecretString"])
    after = {"current_id": secrets.token_hex(4), "current": secrets.token_hex(_SECRET_BYTES), "rotated_at": int(now)}
    if not end_all:
        _require_ended(before, now)
        after |= {"former_id": before["current_id"], "former": before["current"]}
    client.put_secret_value(SecretId=secret_arn, SecretString=json.dumps(after))
    if end_all:
        return f"Tokens are signed by the key {after['current_id']}. All tokens of other keys end within five minutes."
    return f"Tokens are signed by the key {after['current_id']}. Those of the key {before['current_id']} stay valid."


def _require_ended(secret: dict[str, Any], now: float) -> None:
    ends_at = secret.get("rotated_at", 0) + LIFETIME_SECONDS
    if secret.get("former") and now < ends_at:
        when = datetime.fromtimestamp(ends_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        raise RotationError(f"tokens of the key before this one are valid until {when}; --end-all ends them now")
