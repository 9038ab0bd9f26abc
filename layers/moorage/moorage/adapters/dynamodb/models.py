"""The table: one PynamoDB model for each entity, all keys, and the binding to a deployment.

    entity       pk                                sk
    Repository   REPO#{registryId}#{name}          #META
    Layer        REPO#{registryId}#{name}          LAYER#{digest}
    Blob         BLOB#{registryId}#{digest}        #META, or #{encryption} where a repository has its own
    Object       OBJECT#{objectKey}                CONTENT
    Gate         REPO#{registryId}#{name}          CLOSED#{incarnation}#{shard:02}
    Pointer      REPO#{registryId}#{name}          UPLOAD#{uploadId}
    Upload       UPLOAD#{uploadId}                 #HEAD
    Part         UPLOAD#{uploadId}                 PART#{part_number:05}
    Image        REPO#{registryId}#{name}          IMAGE#{digest}
    Tag          REPO#{registryId}#{name}          TAG#{tag}, and IMAGE#{digest}#TAG#{tag} as the way back
    Use          REPO#{registryId}#{name}          USE#{digest that is named}#{digest of the image}
    Pending      REPO#{registryId}#{name}          PUSH#{pushId}: a manifest's object, until its image is committed
    Referrer     REPO#{registryId}#{name}          REFERRER#{digest of the subject}#{digest}
    Template     REGISTRY#{registryId}             TEMPLATE#{prefix}
    Setting      REGISTRY#{registryId}             SETTING#{name}
    Exclusion    REGISTRY#{registryId}             EXCLUSION#{principalArn}
    Run          REGISTRY#{registryId}             LIFECYCLE#RUN
    Pending      REGISTRY#{registryId}             PENDING#{name}
    Policy       REGISTRY#{registryId}             POLICY
    Policy       REPO#{registryId}#{name}          LIFECYCLE#POLICY
    Evaluation   REPO#{registryId}#{name}          LIFECYCLE#{PREVIEW or RUN}
    Decisions    REPO#{registryId}#{name}          LIFECYCLE#{PREVIEW or RUN}#{evaluationId}#{page:05}

`expires_at` is the table's TTL attribute: on uploads, their parts and pointers from the start, on a gate from the
moment it is closed, on a blob from the moment its last reference goes until a new one comes.
"""

import random
import time
from collections.abc import Sequence
from itertools import chain
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from moorage.adapters.dynamodb.backoff import conflict_pauses
from moorage.domain.errors import UnavailableError
from moorage.domain.repository import RepositoryId

_random = random.SystemRandom()
META = "#META"
HEAD = "#HEAD"
LAYER_PREFIX = "LAYER#"
PART_PREFIX = "PART#"
IMAGE_PREFIX = "IMAGE#"
TAG_PREFIX = "TAG#"
USE_PREFIX = "USE#"
PUSH_PREFIX = "PUSH#"
REFERRER_PREFIX = "REFERRER#"
UPLOAD_PREFIX = "UPLOAD#"
TEMPLATE_PREFIX = "TEMPLATE#"
EXCLUSION_PREFIX = "EXCLUSION#"
PENDING_PREFIX = "PENDING#"
LIFECYCLE_POLICY = "LIFECYCLE#POLICY"
REGISTRY_POLICY = "POLICY"
LIFECYCLE_RUN = "LIFECYCLE#RUN"
REGISTRY_INDEX = "registry"


def repository_pk(repository: RepositoryId) -> str:
    """Partition of a repository and everything in it."""
    return f"REPO#{repository.registry_id}#{repository.name}"


def repository_of_pk(pk: str) -> RepositoryId:
    """The repository whose partition this is."""
    _, registry_id, name = pk.split("#", 2)
    return RepositoryId(registry_id, name)


def layer_sk(digest: object) -> str:
    """Sort key of a layer."""
    return f"{LAYER_PREFIX}{digest}"


def blob_pk(registry_id: str, digest: object) -> str:
    """Partition of a digest's content in a registry."""
    return f"BLOB#{registry_id}#{digest}"


def blob_sk(sharing_id: str) -> str:
    """Sort key of the content that repositories with this encryption share."""
    return f"#{sharing_id}" if sharing_id else META


def upload_pk(upload_id: str) -> str:
    """Partition of an upload and its parts. Ids are compared without regard to case, as UUIDs are."""
    return f"{UPLOAD_PREFIX}{upload_id.lower()}"


def pointer_sk(upload_id: str) -> str:
    """Sort key of an upload's pointer, in its repository's partition."""
    return f"{UPLOAD_PREFIX}{upload_id.lower()}"


def part_sk(part_number: int) -> str:
    """Sort key of a stored part: in the layer's order."""
    return f"{PART_PREFIX}{part_number:05}"


def image_sk(digest: object) -> str:
    """Sort key of an image."""
    return f"{IMAGE_PREFIX}{digest}"


def tag_sk(tag: str) -> str:
    """Sort key of a tag."""
    return f"{TAG_PREFIX}{tag}"


def image_tag_sk(digest: object, tag: str) -> str:
    """Sort key of the way back from an image to its tag: right after the image, before the next one."""
    return f"{image_sk(digest)}#{tag_sk(tag)}"


def use_sk(named: object, digest: object = "") -> str:
    """Sort key of a use; without the image's digest, the prefix of all uses of what is named."""
    return f"{USE_PREFIX}{named}#{digest}"


def push_sk(push_id: str) -> str:
    """Sort key of a manifest's object whose image is not committed yet."""
    return f"{PUSH_PREFIX}{push_id}"


def referrer_sk(subject: object, digest: object = "") -> str:
    """Sort key of a referrer; without its digest, the prefix of all referrers of the subject."""
    return f"{REFERRER_PREFIX}{subject}#{digest}"


def registry_pk(registry_id: str) -> str:
    """Partition of what a registry's users set for all of it."""
    return f"REGISTRY#{registry_id}"


def template_sk(prefix: str) -> str:
    """Sort key of a repository creation template."""
    return f"{TEMPLATE_PREFIX}{prefix}"


def setting_sk(name: str) -> str:
    """Sort key of an account setting."""
    return f"SETTING#{name}"


def exclusion_sk(principal_arn: str) -> str:
    """Sort key of a pull time update exclusion."""
    return f"{EXCLUSION_PREFIX}{principal_arn}"


def evaluation_sk(kind: str) -> str:
    """Sort key of a preview, or of a run's evaluation."""
    return f"LIFECYCLE#{kind}"


def evaluation_page_sk(kind: str, evaluation_id: str, number: int) -> str:
    """Sort key of a page of its decisions."""
    return f"{evaluation_sk(kind)}#{evaluation_id}#{number:05}"


def pending_sk(repository_name: str) -> str:
    """Sort key of a preview that is not complete."""
    return f"{PENDING_PREFIX}{repository_name}"


class Item(Model):
    """What every record has; querying it returns each record as its own class."""

    class Meta:
        table_name: str
        region: str
        connect_timeout_seconds = 3
        read_timeout_seconds = 4  # and three tries: all of them fit into the API's 30 s
        max_retry_attempts = 2
        max_pool_connections = 32

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    expires_at = NumberAttribute(null=True)

    @classmethod
    def _batch_get_page(
        cls, keys_to_get: list[Any], consistent_read: bool | None, attributes_to_get: Sequence[str] | None
    ) -> tuple[list[Any], None]:
        """PynamoDB repeats unprocessed keys at once and without end; this pauses in between, and ends.

        Raises: UnavailableError.
        """
        found: list[Any] = []
        for sleep_seconds in chain([0.0], conflict_pauses(_random.uniform)):
            time.sleep(sleep_seconds)
            page, unprocessed = super()._batch_get_page(keys_to_get, consistent_read, attributes_to_get)  # type: ignore[no-untyped-call]
            found += page
            if not unprocessed:
                return found, None
            keys_to_get = unprocessed
        raise UnavailableError


class RegistryIndex(GlobalSecondaryIndex["RepositoryItem"]):  # type: ignore[no-untyped-call]
    """The repositories of a registry in name order; sparse, since nothing else has its keys."""

    class Meta:
        index_name = REGISTRY_INDEX
        projection = AllProjection()

    registry_id = UnicodeAttribute(hash_key=True)
    repository_name = UnicodeAttribute(range_key=True)


class RepositoryItem(Item, discriminator="repository"):
    """A repository."""

    registry_id = UnicodeAttribute()
    repository_name = UnicodeAttribute()
    incarnation = UnicodeAttribute()
    created_at = NumberAttribute()
    deleting = BooleanAttribute(default=False)
    forced = BooleanAttribute(default=False)
    encryption_type = UnicodeAttribute()
    kms_key = UnicodeAttribute()
    tag_mutability = UnicodeAttribute()
    tag_mutability_filters = JSONAttribute(default=list)
    scan_on_push = BooleanAttribute(default=False)
    tags = JSONAttribute(default=list)
    policy = UnicodeAttribute(null=True)
    policy_set_by = UnicodeAttribute(null=True)
    policy_set_at = NumberAttribute(null=True)
    registry = RegistryIndex()


class LayerItem(Item, discriminator="layer"):
    """This repository has this blob."""

    digest = UnicodeAttribute()
    size_bytes = NumberAttribute()
    media_type = UnicodeAttribute()
    upload_id = UnicodeAttribute()
    created_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    deleting_at = NumberAttribute(null=True)
    """Since when somebody is about to remove it; whoever needs it takes the mark off."""


class BlobItem(Item, discriminator="blob"):
    """Content of a registry, once for all repositories that share it."""

    registry_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    encryption_type = UnicodeAttribute()
    kms_key = UnicodeAttribute()
    object_key = UnicodeAttribute()
    size_bytes = NumberAttribute()
    refs = NumberAttribute()
    verified_at = NumberAttribute()
    lost_at = NumberAttribute(null=True)


class UploadItem(Item, discriminator="upload"):
    """An upload's head."""

    upload_id = UnicodeAttribute()
    registry_id = UnicodeAttribute()
    repository_name = UnicodeAttribute(attr_name="of_repository")  # by its own name it would be in RegistryIndex
    repository_incarnation = UnicodeAttribute()
    encryption_type = UnicodeAttribute()
    kms_key = UnicodeAttribute()
    object_key = UnicodeAttribute()
    multipart_id = UnicodeAttribute()
    initiated_at = NumberAttribute()
    initiator = UnicodeAttribute(null=True)
    mode = UnicodeAttribute()
    status = UnicodeAttribute()
    received_bytes = NumberAttribute()
    received_parts = NumberAttribute()
    stored_parts = NumberAttribute()
    attempts = NumberAttribute(attr_name="tries")
    reserved_sha256 = BinaryAttribute(null=True, legacy_encoding=False)
    reserved_until = NumberAttribute(null=True)
    last_first_byte = NumberAttribute(null=True)
    last_last_byte = NumberAttribute(null=True)
    last_sha256 = BinaryAttribute(null=True, legacy_encoding=False)
    hash_state = BinaryAttribute(null=True, legacy_encoding=False)
    tail_key = UnicodeAttribute(null=True)
    tail_bytes = NumberAttribute(null=True)
    tail_sha256 = BinaryAttribute(null=True, legacy_encoding=False)
    min_part_bytes = NumberAttribute(attr_name="smallest_part_bytes", default=0)
    has_short_part = BooleanAttribute()
    digest = UnicodeAttribute(null=True)
    keeps_object = BooleanAttribute(default=False)
    claimed_digest = UnicodeAttribute(null=True)
    claimed_bytes = NumberAttribute(null=True)
    claimed_media_type = UnicodeAttribute(null=True)
    client_part_bytes = NumberAttribute(null=True)
    object_etag = UnicodeAttribute(null=True)
    verified_bytes = NumberAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(null=True)
    failure = UnicodeAttribute(null=True)


class PointerItem(Item, discriminator="pointer"):
    """Leads from a repository to one of its uploads; it expires with the upload."""

    upload_id = UnicodeAttribute()
    incarnation = UnicodeAttribute()


class PartItem(Item, discriminator="part"):
    """A stored part. Attribute names are short: 4,200 of them must fit in one page of a Query."""

    etag = UnicodeAttribute(attr_name="e")
    sha256 = BinaryAttribute(attr_name="h", legacy_encoding=False)
    size_bytes = NumberAttribute(attr_name="s")


def bind(table_name: str, region: str) -> Connection:
    """Point the models at a deployment's table and open their one connection; again, if it is another table."""
    if (table_name, region) != (getattr(Item.Meta, "table_name", None), getattr(Item.Meta, "region", None)):
        Item.Meta.table_name = table_name
        Item.Meta.region = region
        Item._connection = None  # PynamoDB has no other way to point models at another table
    return connection()


def connection() -> Connection:
    """The one connection, and botocore client, that all models and transactions use."""
    shared = Item._get_connection().connection
    assert shared.client is not None  # noqa: S101 - opens the client here, once, and not in the first threads
    return shared
