"""The IAM actions and resources that AWS asks for a call."""

from collections.abc import Iterator
from typing import Any

Permission = tuple[str, str]
"""An action, and the resource as template.yaml would name it: ("s3:GetObject", "${Bucket.Arn}/blobs/…")."""

_OBJECT_ACTIONS = {
    "AbortMultipartUpload": {"s3:AbortMultipartUpload"},
    "CompleteMultipartUpload": {"s3:PutObject"},
    "CreateMultipartUpload": {"s3:PutObject"},
    "DeleteObject": {"s3:DeleteObject"},
    "GetObject": {"s3:GetObject"},
    "HeadObject": {"s3:GetObject"},
    "ListParts": {"s3:ListMultipartUploadParts"},
    "PutObject": {"s3:PutObject"},
    "UploadPart": {"s3:PutObject"},
}
"""Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"."""
_TOLD_ABSENCE = {"GetObject", "HeadObject"}
"""Answered 403 instead of 404 for a missing object, unless the caller may also list the bucket."""
_TRANSACT_ACTIONS = {
    "ConditionCheck": "ConditionCheckItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
}


def permissions_for(service: str, operation: str, parameters: dict[str, Any]) -> set[Permission]:
    """What a call of this boto3 operation needs. Raises: NotImplementedError, for a service that is not known here."""
    match service:
        case "dynamodb":
            return set(_of_dynamodb(operation, parameters))
        case "s3":
            return set(_of_s3(operation, parameters))
        case "sqs":
            queue = "CompletionDeadLetters" if "dead" in parameters["QueueUrl"] else "CompletionQueue"
            return {(f"sqs:{operation}", f"${{{queue}.Arn}}")}
        case "secretsmanager":
            return {("secretsmanager:GetSecretValue", "${TokenKeys.Id}")}
        case "events":
            return {(f"events:{operation}", "event-bus/${EventBusName}")}
    raise NotImplementedError(f"which permission does {service}.{operation} need?")


def _of_dynamodb(operation: str, parameters: dict[str, Any]) -> Iterator[Permission]:
    table = "${Table.Arn}"
    if operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            for kind in item:
                yield f"dynamodb:{_TRANSACT_ACTIONS[kind]}", table
    elif operation == "TransactGetItems":
        yield "dynamodb:GetItem", table
    else:
        index = parameters.get("IndexName")
        yield f"dynamodb:{operation}", f"{table}/index/{index}" if index else table


def _of_s3(operation: str, parameters: dict[str, Any]) -> Iterator[Permission]:
    bucket = "${Bucket.Arn}"
    if operation == "ListObjectsV2":
        yield "s3:ListBucket", bucket
    elif operation == "DeleteObjects":
        for found in parameters["Delete"]["Objects"]:
            yield "s3:DeleteObject", f"{bucket}/{found['Key']}"
    else:
        for action in _OBJECT_ACTIONS[operation]:
            yield action, f"{bucket}/{parameters['Key']}"
        if operation in _TOLD_ABSENCE:
            yield "s3:ListBucket", bucket
