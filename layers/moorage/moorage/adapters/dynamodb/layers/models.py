"""The records of a layer, of its content, and of the links between them."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from moorage.adapters.dynamodb.item import Item


class LayerItem(Item, discriminator="layer"):
    """This repository has this blob."""

    digest = UnicodeAttribute()
    size_bytes = NumberAttribute()
    media_type = UnicodeAttribute()
    upload_id = UnicodeAttribute()
    created_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    deleting_at = NumberAttribute(null=True)
    """The mark of a removal: the time at which it began. A push that needs the layer clears the mark."""


class BlobItem(Item, discriminator="blob"):
    """Content of a registry, once for all repositories that share it."""

    registry_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    encryption_type = UnicodeAttribute()
    kms_key = UnicodeAttribute()
    object_key = UnicodeAttribute()
    size_bytes = NumberAttribute()
    refs = NumberAttribute(null=True)
    """The number of layers, in a record of version 1. Nothing writes it any more."""
    verified_at = NumberAttribute()
    lost_at = NumberAttribute(null=True)


class LinkItem(Item, discriminator="link"):
    """A layer of this repository needs the content."""

    registry_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    sharing_id = UnicodeAttribute()
    repository_name = UnicodeAttribute()
    upload_id = UnicodeAttribute()


class ExpiryItem(Item, discriminator="expiry"):
    """The content had no link. When TTL removes this record, the collector looks again."""

    registry_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    sharing_id = UnicodeAttribute()
