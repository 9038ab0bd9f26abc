"""fsck on a local registry, and the damage that tests do to its table and bucket."""

from typing import Any

import boto3
from moorage.adapters.dynamodb.item import connection
from moorage.usecases.fsck.fsck import Examined, Fsck, fsck

from tests.support.faults.registry import LocalRegistry


def examine(registry: LocalRegistry, **options: bool) -> list[Examined]:
    """Run fsck, with multipart uploads of this moment."""
    command = Fsck(min_multipart_age_seconds=-(10.0**9), **options)
    return fsck(command, registry.fsck_ports, lambda _what, _more: None)


def change(registry: LocalRegistry, pk: str, sk: str, expression: str, **values: dict[str, Any]) -> None:
    """UpdateItem, without a condition; values as DynamoDB writes them."""
    client: Any = connection().client
    client.update_item(
        TableName=registry.settings.table_name,
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression=expression,
        **({"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}),
    )


def remove(registry: LocalRegistry, pk: str, sk: str) -> None:
    """DeleteItem, without a condition."""
    client: Any = connection().client
    client.delete_item(TableName=registry.settings.table_name, Key={"pk": {"S": pk}, "sk": {"S": sk}})


def put(registry: LocalRegistry, key: str, body: bytes) -> None:
    """PutObject."""
    boto3.client("s3").put_object(Bucket=registry.settings.bucket, Key=key, Body=body)


def repository_pk(registry: LocalRegistry, name: str) -> str:
    """A repository's partition."""
    return f"REPO#{registry.settings.registry_id}#{name}"
