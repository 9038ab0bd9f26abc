"""Creates in the engines what template.yaml declares for AWS: table, bucket, queue, keys. It can be repeated."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef

KMS_ALIASES = ("alias/aws/s3", "alias/moorage")
"""S3's default key, and a key that a caller can name in encryptionConfiguration."""
VISIBILITY_SECONDS = "1800"
MAX_RECEIVES = 5
"""The number of deliveries before a message becomes a dead letter."""

_ALREADY_THERE = {
    "ResourceInUseException",
    "BucketAlreadyOwnedByYou",
    "BucketAlreadyExists",
    "QueueAlreadyExists",
    "AlreadyExistsException",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one stack's resources."""

    table: str = "moorage"
    bucket: str = "moorage-layers"
    queue: str = "moorage-completions"


def table_definition(table: str) -> "CreateTableInputTypeDef":
    """The table of template.yaml, without TTL: see expiry.py."""
    return {
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "registry_id", "repository_name")
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "registry",
                "KeySchema": [
                    {"AttributeName": "registry_id", "KeyType": "HASH"},
                    {"AttributeName": "repository_name", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }


def client(service: str, variables: Mapping[str, str]) -> Any:
    """A boto3 client that is configured by `variables` only, not by the environment of this process."""
    endpoint = variables[f"AWS_ENDPOINT_URL_{_SERVICE_IDS[service]}"]
    make: Any = _session().client
    return make(
        service,
        endpoint_url=endpoint,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=variables.get("AWS_SESSION_TOKEN"),
        region_name=variables["AWS_REGION"],
    )


@cache
def _session() -> "boto3.Session":
    """One session for all clients: a new one reads the service models again, which takes longer than most calls."""
    import boto3  # here, so that the engines start before it is imported

    return boto3.Session()


_SERVICE_IDS = {
    "s3": "S3",
    "dynamodb": "DYNAMODB",
    "dynamodbstreams": "DYNAMODB_STREAMS",
    "sqs": "SQS",
    "events": "EVENTBRIDGE",
    "kms": "KMS",
}
"""Each boto3 service, and its name in botocore's endpoint variables."""


def create_store(names: Names, variables: Mapping[str, str]) -> None:
    """Create the table and the bucket if they are missing."""
    create_table(names, variables)
    create_bucket(names, client("s3", variables))


def create_table(names: Names, variables: Mapping[str, str]) -> None:
    """Create the table if it is missing."""
    dynamodb = client("dynamodb", variables)
    with _unless_there():
        dynamodb.create_table(**table_definition(names.table))
    dynamodb.get_waiter("table_exists").wait(TableName=names.table, WaiterConfig={"Delay": 1})


def create_bucket(names: Names, s3: Any) -> None:
    """Create the bucket if it is missing."""
    with _unless_there():
        s3.create_bucket(Bucket=names.bucket)


def create_queue(names: Names, variables: Mapping[str, str]) -> str:
    """Create the completion queue and its dead-letter queue if they are missing; returns the completion queue's URL."""
    sqs = client("sqs", variables)
    dead_letters = create_dead_letter_queue(names, variables)
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES})
    attributes = {"VisibilityTimeout": VISIBILITY_SECONDS, "RedrivePolicy": policy}
    url: str = sqs.create_queue(QueueName=names.queue, Attributes=attributes)["QueueUrl"]
    return url


def dead_letter_queue_name(names: Names) -> str:
    """The name of the queue for messages that are given up."""
    return f"{names.queue}-dead"


def create_dead_letter_queue(names: Names, variables: Mapping[str, str]) -> str:
    """Create the dead-letter queue if it is missing; returns its URL."""
    url: str = client("sqs", variables).create_queue(QueueName=dead_letter_queue_name(names))["QueueUrl"]
    return url


def create_keys(variables: Mapping[str, str]) -> None:
    """Create the KMS keys if they are missing, for repositories that are encrypted with KMS."""
    kms = client("kms", variables)
    present = {alias["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"]}
    for alias in KMS_ALIASES:
        if alias not in present:
            key = kms.create_key(Description=f"Moorage's local {alias}")["KeyMetadata"]["KeyId"]
            kms.create_alias(AliasName=alias, TargetKeyId=key)


@contextmanager
def _unless_there() -> Iterator[None]:
    from botocore.exceptions import ClientError  # see _session

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _ALREADY_THERE:
            raise


def remove(names: Names, variables: Mapping[str, str]) -> None:
    """Delete a stack's table, bucket and queues with their content. For tests, which create many."""
    client("dynamodb", variables).delete_table(TableName=names.table)
    client("s3", variables).delete_bucket(Bucket=names.bucket)  # SeaweedFS also deletes the objects in it
    if "AWS_ENDPOINT_URL_SQS" in variables:
        sqs = client("sqs", variables)
        for queue in (names.queue, dead_letter_queue_name(names)):
            sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])
