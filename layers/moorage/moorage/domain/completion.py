"""A completion as it is asked for, whichever way the request comes: by the API, by a message, by S3's event."""

from dataclasses import dataclass

from moorage.domain.upload import UploadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteLayerUpload:
    """`layer_digests`: any one that matches is enough; as the caller spelled them."""

    upload: UploadRef
    layer_digests: tuple[str, ...]
