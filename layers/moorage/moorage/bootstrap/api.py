"""The ports of the functions that answer requests."""

import os
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import partial

import boto3

from moorage import clock
from moorage.adapters.dynamodb.images.images import DynamoDbImages
from moorage.adapters.dynamodb.images.removals import DynamoDbRemovals
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.layers.layers import DynamoDbCatalog
from moorage.adapters.dynamodb.lifecycle.lifecycle import DynamoDbLifecycle
from moorage.adapters.dynamodb.registry.settings import DynamoDbRegistrySettings
from moorage.adapters.dynamodb.repositories.policies import DynamoDbPolicies
from moorage.adapters.dynamodb.repositories.repositories import DynamoDbRepositories
from moorage.adapters.dynamodb.uploads.uploads import DynamoDbUploads
from moorage.adapters.dynamodb.uploads.verifications import DynamoDbVerifications
from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.adapters.s3.content import S3Content
from moorage.adapters.s3.direct import S3Direct
from moorage.adapters.s3.manifests import S3Manifests
from moorage.adapters.s3.ranges import S3Ranges
from moorage.adapters.sqs import SqsCompletions
from moorage.adapters.token_keys import SecretTokenKeys
from moorage.bootstrap.clients import QUEUE_CONFIG, SECRETS_CONFIG, s3_client
from moorage.bootstrap.limits import limits_of
from moorage.domain.policy.request import NOBODY
from moorage.domain.registry import Registry
from moorage.domain.token import TokenKey
from moorage.settings import Settings
from moorage.usecases.lifecycle.repository_images import RepositoryImages
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.ports import Ports


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; SettingsError names everything that is missing."""
    return Settings.from_mapping(environment)


def compose(settings: Settings) -> Ports:
    """Ports on AWS, or on the endpoints in botocore's environment variables (AWS_ENDPOINT_URL_S3 …)."""
    connection = bind(settings.table_name, settings.region)
    s3 = s3_client(settings.region)
    ranges = S3Ranges(s3, settings.bucket, range_bytes=settings.range_bytes, in_flight=settings.ranges_in_flight)
    catalog, images, removals = DynamoDbCatalog(connection), DynamoDbImages(connection), DynamoDbRemovals(connection)
    keys = _token_keys(settings)
    return Ports(
        repositories=DynamoDbRepositories(connection),
        uploads=DynamoDbUploads(connection),
        catalog=catalog,
        images=images,
        manifests=S3Manifests(s3, settings.bucket),
        content=S3Content(s3, settings.bucket, ranges, settings.download_url_seconds),
        hasher=LibcryptoHasher(),
        sleep=time.sleep,
        verifications=DynamoDbVerifications(),
        direct=S3Direct(s3, settings.bucket, settings.part_url_seconds),
        completions=SqsCompletions(
            partial(boto3.client, "sqs", region_name=settings.region, config=QUEUE_CONFIG),
            settings.completion_queue_url,
            settings.dead_letter_queue_url,
        ),
        settings=DynamoDbRegistrySettings(),
        policies=DynamoDbPolicies(),
        access=NOBODY,
        lifecycle=DynamoDbLifecycle(connection),
        lifecycle_images=RepositoryImages(images, removals),
        unused_layers=RepositoryLayers(catalog, images, removals),
        token_keys=keys,
        refresh_token_keys=keys.refresh if isinstance(keys, SecretTokenKeys) else _never,
        limits=limits_of(settings),
        now=clock.now,
        new_id=lambda: str(uuid.uuid4()),
    )


def _token_keys(settings: Settings) -> Sequence[TokenKey]:
    if settings.token_keys or settings.token_secret_arn is None:
        return settings.token_keys
    client = partial(boto3.client, "secretsmanager", region_name=settings.region, config=SECRETS_CONFIG)
    return SecretTokenKeys(client, settings.token_secret_arn, time.time)


def _never() -> bool:
    return False


def registry_of(settings: Settings) -> Registry:
    """The registry's id, region and domain name, for responses."""
    return Registry(settings.registry_id, settings.region, settings.domain_name)
