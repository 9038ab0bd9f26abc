"""Every key in the bucket; nothing else builds one.

    blobs/{registryId}/{uploadId}              content that came through UploadLayerPart
    direct/{registryId}/{uploadId}             content that clients sent straight to S3
    tails/{registryId}/{uploadId}/{number}     a short last part, until the next one is joined to it

An object keeps the key it was uploaded under, so a commit copies nothing. Nobody else's upload ever has the same
key. The prefixes are apart because their lives are: events are wanted of `direct/` only, and `tails/` expires.
"""

from moorage.domain.upload import Upload, UploadMode

RELAY_PREFIX = "blobs/"
DIRECT_PREFIX = "direct/"
TAILS_PREFIX = "tails/"
_PREFIXES = {UploadMode.RELAY: RELAY_PREFIX, UploadMode.DIRECT: DIRECT_PREFIX}


def object_key(mode: UploadMode, registry_id: str, upload_id: str) -> str:
    """Where an upload's content is, for good."""
    return f"{_PREFIXES[mode]}{registry_id}/{upload_id}"


def tail_key(upload: Upload, number: int) -> str:
    """Where the try with this number keeps a short part's bytes."""
    return f"{tails_prefix(upload)}{number:05}"


def tails_prefix(upload: Upload) -> str:
    """What all tails of an upload begin with, those of failed tries as well."""
    return f"{TAILS_PREFIX}{upload.repository.registry_id}/{upload.upload_id}/"


def upload_id_of(key: str) -> str | None:
    """The upload whose content or tail is under this key; None for a key that is not of ours."""
    prefix, _, rest = key.partition("/")
    fields = rest.split("/")
    if f"{prefix}/" not in (RELAY_PREFIX, DIRECT_PREFIX, TAILS_PREFIX) or len(fields) < 2:
        return None
    return fields[1]
