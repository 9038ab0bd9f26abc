"""The records of images; keys.py has their keys."""

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from moorage.adapters.dynamodb.item import Item


class ImageItem(Item, discriminator="image"):
    """An image. Its manifest is either `content`, or in S3 under `object_key`."""

    digest = UnicodeAttribute()
    push_id = UnicodeAttribute()
    media_type = UnicodeAttribute()
    artifact_type = UnicodeAttribute(null=True)
    manifest_bytes = NumberAttribute()
    size_bytes = NumberAttribute()
    pushed_at = NumberAttribute()
    layers = JSONAttribute(default=list)
    children = JSONAttribute(default=list)
    subject = UnicodeAttribute(null=True)
    content = BinaryAttribute(null=True, legacy_encoding=False)
    object_key = UnicodeAttribute(null=True)
    tag_count = NumberAttribute(default=0)
    pulled_at = NumberAttribute(null=True)
    storage_class = UnicodeAttribute()
    archived_at = NumberAttribute(null=True)
    restored_at = NumberAttribute(null=True)
    deleting_at = NumberAttribute(null=True)


class TagItem(Item, discriminator="tag"):
    """A tag: the digest of the one image that it points to, and what events tell about that image."""

    tag = UnicodeAttribute()
    digest = UnicodeAttribute()
    media_type = UnicodeAttribute(null=True)
    artifact_type = UnicodeAttribute(null=True)
    is_referrer = BooleanAttribute(null=True)


class ImageTagItem(Item, discriminator="image_tag"):
    """The reverse tag record: leads from an image to one of its tags."""

    tag = UnicodeAttribute()


class UseItem(Item, discriminator="use"):
    """A use: the image `digest`, or a push of it, needs a layer or an image."""

    digest = UnicodeAttribute()
    push_id = UnicodeAttribute()
    written_at = NumberAttribute()


class PendingManifestItem(Item, discriminator="pending_manifest"):
    """The object of a manifest whose image is not committed yet. After `expires_at`, an interrupted push is garbage."""

    digest = UnicodeAttribute()
    push_id = UnicodeAttribute()
    object_key = UnicodeAttribute()


class ReferrerItem(Item, discriminator="referrer"):
    """An artifact whose subject is in the key."""

    digest = UnicodeAttribute()
