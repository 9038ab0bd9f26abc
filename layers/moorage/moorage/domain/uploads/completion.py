"""A request to complete an upload. It comes from the API, from a message, or from S3's event."""

from dataclasses import dataclass

from moorage.domain.uploads.upload_ref import UploadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteLayerUpload:
    """`layer_digests` are as the caller wrote them; one that matches is enough.

    `hand_overs` is how often functions have passed it on through the queue; 0 for a request from outside.
    """

    upload: UploadRef
    layer_digests: tuple[str, ...]
    hand_overs: int = 0
