"""What a caller says of content before it is hashed, as OCI's descriptors do: digest, size, media type."""

from dataclasses import dataclass

from moorage.domain.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """Nothing of it is believed before the content is hashed."""

    digest: Digest
    size_bytes: int
    media_type: str
