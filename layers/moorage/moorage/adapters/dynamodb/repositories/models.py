"""The record of a repository, and the index that lists a registry's repositories."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import REGISTRY_INDEX


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
    has_archived = BooleanAttribute(null=True)
    policy = UnicodeAttribute(null=True)
    policy_set_by = UnicodeAttribute(null=True)
    policy_set_at = NumberAttribute(null=True)
    registry = RegistryIndex()
