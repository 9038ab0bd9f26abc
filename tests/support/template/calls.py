"""Which AWS calls are really made, and the IAM actions and resources that AWS asks for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.signers import RequestSigner

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


@dataclass
class Recorder:
    """The permissions that calls needed, by the role that was in charge when they were made."""

    role: str | None = None
    needed: dict[str, set[Permission]] = field(default_factory=dict)
    consequential: list[Any] = field(default_factory=list)
    """The records that were read by `reading` and led to calls, or to an event."""
    idle: list[Any] = field(default_factory=list)
    """The others."""
    _read: Any = None
    _here: threading.local = field(default_factory=threading.local)

    @contextmanager
    def acting(self, role: str) -> Iterator[None]:
        before, self.role = self.role, role
        try:
            yield
        finally:
            self.role = before

    def in_role(self, role: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, acting in the role."""

        def acting(*arguments: Any, **members: Any) -> Any:
            try:
                with self.acting(role):
                    return function(*arguments, **members)
            finally:
                self._read = None

        return acting

    def outside(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, in no role whatever thread calls it: AWS itself does this."""

        def acting(*arguments: Any, **members: Any) -> Any:
            self._here.is_aws = True
            try:
                return function(*arguments, **members)
            finally:
                self._here.is_aws = False

        return acting

    def reading(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same function; calls made after it are consequences of its argument."""

        def read(record: Any) -> Any:
            self._read = record
            return function(record)

        return read

    def following(self, function: Callable[..., bool]) -> Callable[..., bool]:
        """The same function; its answer tells whether the record that was read last needed an action."""

        def follow(*arguments: Any) -> bool:
            needed_action = function(*arguments)
            if self._read is not None:
                (self.consequential if needed_action else self.idle).append(self._read)
            return needed_action

        return follow

    @contextmanager
    def recording(self) -> Iterator[None]:
        call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # private to botocore
        sign: Any = RequestSigner.generate_presigned_url

        def called(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            self._note(client.meta.service_model.service_name, operation, parameters)
            return call(client, operation, parameters)

        def signed(signer: RequestSigner, request_dict: dict[str, Any], operation_name: str, **options: Any) -> str:
            _, bucket, key = urlsplit(request_dict["url"]).path.split("/", 2)  # whoever uses the URL acts as its signer
            self._note("s3", operation_name, {"Bucket": bucket, "Key": key})
            return str(sign(signer, request_dict, operation_name, **options))

        with (
            mock.patch.object(BaseClient, "_make_api_call", called),
            mock.patch.object(RequestSigner, "generate_presigned_url", signed),
        ):
            yield

    def _note(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        if self.role and not getattr(self._here, "is_aws", False):
            if self._read is not None:
                self.consequential.append(self._read)
                self._read = None
            self.needed.setdefault(self.role, set()).update(_permissions(service, operation, parameters))


def _permissions(service: str, operation: str, parameters: dict[str, Any]) -> set[Permission]:
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
