"""The ports of fsck."""

from moorage.adapters.dynamodb.images.repairs import DynamoDbImageRepairs
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.layers.link_repairs import DynamoDbLinkRepairs
from moorage.adapters.dynamodb.schema import DynamoDbSchema
from moorage.adapters.inventory import AwsInventory
from moorage.adapters.unrecorded import AwsUnrecordedObjects
from moorage.bootstrap.api import compose
from moorage.bootstrap.clients import s3_client
from moorage.bootstrap.reaper import compose_reaper
from moorage.settings import Settings
from moorage.usecases.ports.inventory import FsckPorts


def compose_fsck(settings: Settings) -> FsckPorts:
    """The ports of fsck for the stack that the settings name."""
    ports, reaper = compose(settings), compose_reaper(settings)
    connection = bind(settings.table_name, settings.region)
    s3 = s3_client(settings.region, session=connection.session)
    return FsckPorts(
        inventory=AwsInventory(s3, settings.bucket),
        images=ports.images,
        image_repairs=DynamoDbImageRepairs(connection),
        link_repairs=DynamoDbLinkRepairs(connection),
        schema=DynamoDbSchema(),
        repositories=ports.repositories,
        catalog=ports.catalog,
        uploads=ports.uploads,
        content=ports.content,
        garbage=reaper.garbage,
        collection=reaper.collection,
        unrecorded=AwsUnrecordedObjects(connection, s3, settings),
        now=reaper.now,
        blob_grace_seconds=reaper.blob_grace_seconds,
        keeps_tails=reaper.keeps_tails,
    )
