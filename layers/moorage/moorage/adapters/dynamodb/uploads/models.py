"""The records of an upload: its head (the main record), its parts, and its pointer in the repository's partition."""

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from moorage.adapters.dynamodb.item import Item


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
