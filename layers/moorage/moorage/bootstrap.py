"""The composition root: settings and AWS clients in, use cases' ports out. Once per Lambda process."""

import os
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from moorage import settings as limits
from moorage.adapters.dynamodb.blob_expiry import DynamoDbBlobExpiry
from moorage.adapters.dynamodb.images import DynamoDbImages
from moorage.adapters.dynamodb.layers import DynamoDbCatalog
from moorage.adapters.dynamodb.lifecycle import DynamoDbLifecycle
from moorage.adapters.dynamodb.lifecycle_runs import DynamoDbLifecycleRuns
from moorage.adapters.dynamodb.models import bind
from moorage.adapters.dynamodb.policies import DynamoDbPolicies
from moorage.adapters.dynamodb.registry_settings import DynamoDbRegistrySettings
from moorage.adapters.dynamodb.removals import DynamoDbRemovals
from moorage.adapters.dynamodb.repositories import DynamoDbRepositories
from moorage.adapters.dynamodb.uploads import DynamoDbUploads
from moorage.adapters.dynamodb.verifications import DynamoDbVerifications
from moorage.adapters.eventbridge import EventBridgeAnnouncements
from moorage.adapters.inventory import AwsInventory
from moorage.adapters.libcrypto import LibcryptoSha256
from moorage.adapters.s3.content import S3Content
from moorage.adapters.s3.direct import S3Direct
from moorage.adapters.s3.garbage import S3Garbage
from moorage.adapters.s3.manifests import S3Manifests
from moorage.adapters.s3.ranges import S3Ranges
from moorage.adapters.sqs import SqsCompletions
from moorage.adapters.token_keys import SecretTokenKeys
from moorage.domain.policy.request import NOBODY
from moorage.domain.registry import Registry
from moorage.domain.token import TokenKey
from moorage.settings import Settings
from moorage.usecases.lifecycle.repository_images import RepositoryImages
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.ports import Limits, Ports
from moorage.usecases.ports.inventory import FsckPorts
from moorage.usecases.ports.lifecycle import LifecyclePorts
from moorage.usecases.ports.reaper import ReaperPorts
from moorage.usecases.ports.verification import VerificationLimits

_S3_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=6,  # three tries that all hang still leave the time to answer before the API's 30 s
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
)
_QUEUE_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
_SECRETS_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
_EVENTS_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


def s3_client(region: str, environment: Mapping[str, str] = os.environ) -> Any:
    """boto3's, whose presigned URLs name the bucket's own region.

    By itself it presigns for `BUCKET.s3.amazonaws.com`, which redirects to the region while a bucket is new, and is
    unknown in newer regions: either breaks the signature (boto/boto3 pull request 4768). An endpoint of another
    kind is left to botocore: not every one has a name for each bucket.
    """
    is_aws = not any(environment.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    style: Any = {
        "addressing_style": "virtual" if is_aws else "auto",
        "us_east_1_regional_endpoint": "regional",
        # S3 checks bodies by their SHA-256. A signature over a body needs all of it before the first byte is sent.
        "payload_signing_enabled": False,
    }
    return boto3.client("s3", region_name=region, config=_S3_CONFIG.merge(Config(s3=style)))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; SettingsError names everything that is missing."""
    return Settings.from_mapping(environment)


def compose(settings: Settings) -> Ports:
    """Ports on AWS, as botocore's own environment variables (AWS_ENDPOINT_URL_S3 …) point them."""
    connection = bind(settings.table_name, settings.region)
    s3 = s3_client(settings.region)
    ranges = S3Ranges(s3, settings.bucket, range_bytes=settings.range_bytes, in_flight=settings.ranges_in_flight)
    catalog, images, removals = DynamoDbCatalog(connection), DynamoDbImages(connection), DynamoDbRemovals(connection)
    return Ports(
        repositories=DynamoDbRepositories(connection),
        uploads=DynamoDbUploads(connection),
        catalog=catalog,
        images=images,
        manifests=S3Manifests(s3, settings.bucket),
        content=S3Content(s3, settings.bucket, ranges, settings.download_url_seconds),
        hasher=LibcryptoSha256(),
        sleep=time.sleep,
        verifications=DynamoDbVerifications(),
        direct=S3Direct(s3, settings.bucket, settings.part_url_seconds),
        completions=SqsCompletions(
            partial(boto3.client, "sqs", region_name=settings.region, config=_QUEUE_CONFIG),
            settings.completion_queue_url,
            settings.dead_letter_queue_url,
        ),
        settings=DynamoDbRegistrySettings(),
        policies=DynamoDbPolicies(),
        access=NOBODY,
        lifecycle=DynamoDbLifecycle(connection),
        lifecycle_images=RepositoryImages(images, removals),
        unused_layers=RepositoryLayers(catalog, images, removals),
        token_keys=_token_keys(settings),
        limits=limits_of(settings),
        now=time.time,
        new_id=lambda: str(uuid.uuid4()),
    )


def _token_keys(settings: Settings) -> Sequence[TokenKey]:
    if settings.token_keys or settings.token_secret_arn is None:
        return settings.token_keys
    client = partial(boto3.client, "secretsmanager", region_name=settings.region, config=_SECRETS_CONFIG)
    return SecretTokenKeys(client, settings.token_secret_arn)


def compose_reaper(settings: Settings) -> ReaperPorts:
    """The reaper's ports: the only ones that can delete content."""
    connection = bind(settings.table_name, settings.region)
    s3 = s3_client(settings.region)
    events = boto3.client("events", region_name=settings.region, config=_EVENTS_CONFIG)
    return ReaperPorts(
        repositories=DynamoDbRepositories(connection),
        uploads=DynamoDbUploads(connection),
        catalog=DynamoDbCatalog(connection),
        images=DynamoDbImages(connection),
        garbage=S3Garbage(s3, settings.bucket),
        blob_expiry=DynamoDbBlobExpiry(),
        announcements=EventBridgeAnnouncements(events, settings.event_bus_name),
        now=time.time,
        blob_grace_seconds=settings.blob_grace_seconds,
        keeps_tails=True,
    )


def compose_lifecycle(settings: Settings) -> LifecyclePorts:
    """The scheduled function's ports."""
    connection = bind(settings.table_name, settings.region)
    images, removals = DynamoDbImages(connection), DynamoDbRemovals(connection)
    return LifecyclePorts(
        registry_id=settings.registry_id,
        repositories=DynamoDbRepositories(connection),
        lifecycle=DynamoDbLifecycle(connection),
        images=RepositoryImages(images, removals),
        unused_layers=RepositoryLayers(DynamoDbCatalog(connection), images, removals),
        runs=DynamoDbLifecycleRuns(),
        now=time.time,
        new_id=lambda: str(uuid.uuid4()),
        interval_seconds=settings.lifecycle_interval_seconds,
        unused_layer_seconds=settings.unused_layer_seconds,
    )


def compose_fsck(settings: Settings) -> FsckPorts:
    """What fsck works with, on any stack that the settings name."""
    ports, reaper = compose(settings), compose_reaper(settings)
    s3 = s3_client(settings.region)
    return FsckPorts(
        inventory=AwsInventory(s3, settings.bucket),
        images=ports.images,
        repositories=ports.repositories,
        catalog=ports.catalog,
        uploads=ports.uploads,
        content=ports.content,
        garbage=reaper.garbage,
        blob_expiry=reaper.blob_expiry,
        now=reaper.now,
        blob_grace_seconds=reaper.blob_grace_seconds,
        keeps_tails=reaper.keeps_tails,
    )


def limits_of(settings: Settings) -> Limits:
    """What the registry takes and promises."""
    return Limits(
        registry_id=settings.registry_id,
        part_size_bytes=settings.part_size_bytes,
        min_part_bytes=settings.min_part_bytes,
        max_parts=limits.ECR_MAX_PARTS,
        max_layer_bytes=limits.ECR_MAX_LAYER_BYTES,
        max_put_bytes=limits.S3_MAX_PUT_BYTES,
        min_stored_bytes=limits.S3_MIN_PART_BYTES,
        proxy_blob_bytes=settings.proxy_blob_bytes,
        stream_part_bytes=limits.STREAM_PART_BYTES,
        part_reservation_seconds=limits.PART_RESERVATION_SECONDS,
        upload_lifetime_seconds=settings.upload_lifetime_seconds,
        administrators=settings.administrators,
        unused_layer_seconds=settings.unused_layer_seconds,
        creates_on_push=settings.creates_on_push,
        max_tags_per_image=limits.ECR_MAX_TAGS_PER_IMAGE,
        max_answer_bytes=limits.LAMBDA_MAX_ANSWER_BYTES,
        verification=VerificationLimits(
            preferred_part_bytes=settings.direct_part_bytes,
            max_parts=limits.S3_MAX_PARTS,
            parts_page=limits.PARTS_PAGE,
            budget_seconds=settings.verification_budget_seconds,
            lease_seconds=settings.lease_seconds,
            checkpoint_bytes=settings.checkpoint_bytes,
            read_ahead_bytes=settings.range_bytes * settings.ranges_in_flight,
        ),
    )


def registry_of(settings: Settings) -> Registry:
    """What answers say of the registry itself."""
    return Registry(settings.registry_id, settings.region, settings.domain_name)
