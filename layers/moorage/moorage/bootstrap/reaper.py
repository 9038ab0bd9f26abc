"""The ports of the function that deletes what is no longer needed."""

import uuid
from typing import Any

from moorage import clock
from moorage.adapters.dynamodb.images.images import DynamoDbImages
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.layers.collection import DynamoDbCollection
from moorage.adapters.dynamodb.layers.layers import DynamoDbCatalog
from moorage.adapters.dynamodb.repositories.repositories import DynamoDbRepositories
from moorage.adapters.dynamodb.uploads.uploads import DynamoDbUploads
from moorage.adapters.eventbridge import EventBridgeAnnouncements
from moorage.adapters.s3.garbage import S3Garbage
from moorage.bootstrap.clients import EVENTS_CONFIG, s3_client
from moorage.settings import Settings
from moorage.usecases.ports.reaper import ReaperPorts


def compose_reaper(settings: Settings) -> ReaperPorts:
    """The reaper's ports: the only ones that can delete content."""
    connection = bind(settings.table_name, settings.region)
    s3 = s3_client(settings.region, session=connection.session)
    events: Any = connection.session.create_client("events", region_name=settings.region, config=EVENTS_CONFIG)
    return ReaperPorts(
        repositories=DynamoDbRepositories(connection),
        uploads=DynamoDbUploads(connection),
        catalog=DynamoDbCatalog(connection),
        images=DynamoDbImages(connection),
        garbage=S3Garbage(s3, settings.bucket),
        collection=DynamoDbCollection(connection),
        announcements=EventBridgeAnnouncements(events, settings.event_bus_name),
        now=clock.now,
        new_id=lambda: str(uuid.uuid4()),
        blob_grace_seconds=settings.blob_grace_seconds,
        keeps_tails=True,
    )
