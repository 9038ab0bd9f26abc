"""Every key in the bucket; nothing else builds one.

    blobs/{registryId}/{uploadId}                                content that came through us
    blobs/{registryId}/whole/{table}/{shard}/{day}/{uploadId}    content that came through us in one request
    direct/{registryId}/{uploadId}                               content that clients sent straight to S3
    tails/{registryId}/{uploadId}/{number}                       a short last part, until the next one is joined to it
    manifests/{registryId}/{pushId}                              an image manifest that is too large for a record

Content that came in one request has no upload record (docs/adr/0077). Its key has the table whose records can name it,
and the day, so that such objects can be listed. The shard is the first hexadecimal digit of the upload id, because S3
limits the requests to one prefix. Earlier versions stored such content under the first kind of key.

An object keeps the key under which it was uploaded, so a commit copies nothing. No two uploads have the same key. The
prefixes differ because only `direct/` has events and only `tails/` expires.
"""

import re

from moorage.domain.uploads.upload import Upload

RELAY_PREFIX = "blobs/"
DIRECT_PREFIX = "direct/"
TAILS_PREFIX = "tails/"
MANIFESTS_PREFIX = "manifests/"
SHARDS = "0123456789abcdef"
_WHOLE_KEY = re.compile(r"blobs/[^/]+/whole/[^/]+/[0-9a-f]/(?P<day>\d{4}-\d\d-\d\d)/(?P<upload_id>[^/]+)")


def relay_key(registry_id: str, upload_id: str) -> str:
    """The permanent key of content that comes through us."""
    return f"{RELAY_PREFIX}{registry_id}/{upload_id}"


def whole_key(registry_id: str, table: str, upload_id: str, day: str) -> str:
    """The permanent key of content that comes through us in one request of this day (domain/uploads/unrecorded.py)."""
    return f"{whole_prefix(registry_id, table, upload_id[0])}{day}/{upload_id}"


def whole_prefix(registry_id: str, table: str, shard: str) -> str:
    """The prefix of all such content in one of SHARDS; keys below it begin with their day."""
    return f"{RELAY_PREFIX}{registry_id}/whole/{table}/{shard}/"


def direct_key(registry_id: str, upload_id: str) -> str:
    """The permanent key of content that a client sends straight to S3."""
    return f"{DIRECT_PREFIX}{registry_id}/{upload_id}"


def tail_key(upload: Upload, number: int) -> str:
    """The key under which the attempt with this number keeps a short part."""
    return f"{tails_prefix(upload)}{number:05}"


def tails_prefix(upload: Upload) -> str:
    """The prefix of all tails of an upload, including those of failed attempts."""
    return f"{TAILS_PREFIX}{upload.repository.registry_id}/{upload.upload_id}/"


def manifest_key(registry_id: str, push_id: str) -> str:
    """The key of a large manifest; each attempt to push one has its own."""
    return f"{MANIFESTS_PREFIX}{registry_id}/{push_id}"


def upload_id_of(key: str) -> str | None:
    """The upload whose content or tail is under this key; None for a key that is not of ours."""
    if found := _WHOLE_KEY.fullmatch(key):
        return found["upload_id"]
    prefix, _, rest = key.partition("/")
    fields = rest.split("/")
    if f"{prefix}/" not in (RELAY_PREFIX, DIRECT_PREFIX, TAILS_PREFIX) or len(fields) < 2:
        return None
    return fields[1]


def whole_day_of(key: str) -> str | None:
    """The day of content that came through us in one request; None for every other key."""
    found = _WHOLE_KEY.fullmatch(key)
    return found["day"] if found else None
