"""Makes the adapters of the functions that answer requests. Each method imports what it makes, and nothing else."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from moorage.adapters.dynamodb.item import bind
from moorage.bootstrap.clients import QUEUE_CONFIG, SECRETS_CONFIG, s3_client

if TYPE_CHECKING:
    from moorage.adapters.token_keys import SecretTokenKeys
    from moorage.settings import Settings
    from moorage.usecases.ports.content import ContentStore
    from moorage.usecases.ports.images import Images, ManifestStore
    from moorage.usecases.ports.lifecycle import LifecycleImages, LifecycleRecords, UnusedLayers
    from moorage.usecases.ports.policies import Policies
    from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads
    from moorage.usecases.ports.removals import Removals
    from moorage.usecases.ports.settings import RegistrySettings
    from moorage.usecases.ports.verification import CompletionQueue, DirectStore, Verifications


class Adapters:
    """Adapters on one connection to DynamoDB and one client of S3, which are opened at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection = bind(settings.table_name, settings.region)
        self._session = self._connection.session
        self._s3 = s3_client(settings.region, session=self._session)

    def repositories(self) -> Repositories:
        """Repository records."""
        from moorage.adapters.dynamodb.repositories.repositories import DynamoDbRepositories

        return DynamoDbRepositories(self._connection)

    def uploads(self) -> Uploads:
        """Upload records."""
        from moorage.adapters.dynamodb.uploads.uploads import DynamoDbUploads

        return DynamoDbUploads(self._connection)

    def verifications(self) -> Verifications:
        """Leases and checkpoints of verifications."""
        from moorage.adapters.dynamodb.uploads.verifications import DynamoDbVerifications

        return DynamoDbVerifications()

    def catalog(self) -> LayerCatalog:
        """Layer and blob records."""
        from moorage.adapters.dynamodb.layers.layers import DynamoDbCatalog

        return DynamoDbCatalog(self._connection)

    def images(self) -> Images:
        """Image records."""
        from moorage.adapters.dynamodb.images.images import DynamoDbImages

        return DynamoDbImages(self._connection)

    def removals(self) -> Removals:
        """Conditional removals of images and layers."""
        from moorage.adapters.dynamodb.images.removals import DynamoDbRemovals

        return DynamoDbRemovals(self._connection)

    def lifecycle(self) -> LifecycleRecords:
        """Lifecycle policies and their evaluations."""
        from moorage.adapters.dynamodb.lifecycle.lifecycle import DynamoDbLifecycle

        return DynamoDbLifecycle(self._connection)

    def lifecycle_images(self) -> LifecycleImages:
        """Images as lifecycle rules see them."""
        from moorage.usecases.lifecycle.repository_images import RepositoryImages

        return RepositoryImages(self.images(), self.removals())

    def unused_layers(self) -> UnusedLayers:
        """Layers that no image uses."""
        from moorage.usecases.lifecycle.repository_layers import RepositoryLayers

        return RepositoryLayers(self.catalog(), self.images(), self.removals())

    def policies(self) -> Policies:
        """Policies of repositories and of the registry."""
        from moorage.adapters.dynamodb.repositories.policies import DynamoDbPolicies

        return DynamoDbPolicies()

    def registry_settings(self) -> RegistrySettings:
        """Templates, account settings and exclusions."""
        from moorage.adapters.dynamodb.registry.settings import DynamoDbRegistrySettings

        return DynamoDbRegistrySettings()

    def content(self) -> ContentStore:
        """The content of layers."""
        from moorage.adapters.s3.content import S3Content
        from moorage.adapters.s3.ranges import S3Ranges

        settings = self._settings
        ranges = S3Ranges(
            self._s3, settings.bucket, range_bytes=settings.range_bytes, in_flight=settings.ranges_in_flight
        )
        return S3Content(self._s3, settings.bucket, ranges, settings.download_url_seconds, table=settings.table_name)

    def manifests(self) -> ManifestStore:
        """Manifests that are too large for a record."""
        from moorage.adapters.s3.manifests import S3Manifests

        return S3Manifests(self._s3, self._settings.bucket)

    def direct(self) -> DirectStore:
        """Direct uploads."""
        from moorage.adapters.s3.direct import S3Direct

        return S3Direct(self._s3, self._settings.bucket, self._settings.part_url_seconds)

    def completions(self) -> CompletionQueue:
        """The completion queue; its client is made with the first message."""
        from moorage.adapters.sqs import SqsCompletions

        client: Any = partial(
            self._session.create_client, "sqs", region_name=self._settings.region, config=QUEUE_CONFIG
        )
        return SqsCompletions(
            client,
            self._settings.completion_queue_url,
            self._settings.dead_letter_queue_url,
        )

    def token_keys(self, secret_arn: str) -> SecretTokenKeys:
        """The keys of a secret; its client is made when they are first read."""
        from moorage.adapters.token_keys import SecretTokenKeys

        region = self._settings.region
        client = partial(self._session.create_client, "secretsmanager", region_name=region, config=SECRETS_CONFIG)
        return SecretTokenKeys(client, secret_arn, time.time)
