"""The ports of the scheduled function."""

import uuid

from moorage import clock
from moorage.adapters.dynamodb.images.images import DynamoDbImages
from moorage.adapters.dynamodb.images.removals import DynamoDbRemovals
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.layers.layers import DynamoDbCatalog
from moorage.adapters.dynamodb.lifecycle.lifecycle import DynamoDbLifecycle
from moorage.adapters.dynamodb.lifecycle.runs import DynamoDbLifecycleRuns
from moorage.adapters.dynamodb.repositories.repositories import DynamoDbRepositories
from moorage.adapters.unrecorded import AwsUnrecordedObjects
from moorage.bootstrap.clients import s3_client
from moorage.settings import Settings
from moorage.usecases.lifecycle.repository_images import RepositoryImages
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.ports.lifecycle import LifecyclePorts


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
        unrecorded=AwsUnrecordedObjects(connection, s3_client(settings.region, session=connection.session), settings),
        runs=DynamoDbLifecycleRuns(),
        now=clock.now,
        new_id=lambda: str(uuid.uuid4()),
        interval_seconds=settings.lifecycle_interval_seconds,
        unused_layer_seconds=settings.unused_layer_seconds,
    )
