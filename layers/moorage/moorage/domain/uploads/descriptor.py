"""A descriptor as in OCI: the digest, size and media type that a client states before the content is hashed."""

from dataclasses import dataclass

from moorage.domain.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """It is not trusted until the content is hashed."""

    digest: Digest
    size_bytes: int
    media_type: str
