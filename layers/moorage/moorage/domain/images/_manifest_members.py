"""The members of a manifest, checked one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.errors import InvalidParameterError

MAX_MEDIA_TYPE_LENGTH = 255
"""`max` of ArtifactType in the ECR API model, and RFC 6838's for a media type's halves."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Makes the errors of one manifest; `member` is how its request calls it."""

    member: str

    def __call__(self, path: str, reason: str) -> InvalidParameterError:
        """The error for the part of the manifest at this path."""
        return InvalidParameterError(f"{self.member}.{path}" if path else self.member, reason)


def descriptors_in(document: Mapping[str, Any], name: str, refuse: Refuse) -> tuple[Digest, ...]:
    """The digests of a list of descriptors, each once, without those that have `urls`: they are kept elsewhere."""
    listed = document.get(name)
    if not isinstance(listed, list):
        raise refuse(name, "must be a list")
    digests = [(digest_in(each, f"{name}[{place}]", refuse), each) for place, each in enumerate(listed)]
    return tuple(dict.fromkeys(digest for digest, each in digests if not each.get("urls")))


def digest_in(descriptor: Any, path: str, refuse: Refuse) -> Digest:
    """The digest of one descriptor."""
    if not isinstance(descriptor, dict):
        raise refuse(path, "must be an object")
    text, size = descriptor.get("digest"), descriptor.get("size")
    digest = parse_digest(text, HEX_LENGTHS) if isinstance(text, str) else None
    if digest is None:
        raise refuse(f"{path}.digest", "must be a digest")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise refuse(f"{path}.size", "must be a size in bytes")
    return digest


def media_type_in(document: Mapping[str, Any], name: str, refuse: Refuse, prefix: str = "") -> str | None:
    """A media type; None where there is none."""
    found = document.get(name)
    if found in (None, ""):
        return None
    if not isinstance(found, str) or len(found) > MAX_MEDIA_TYPE_LENGTH:
        raise refuse(f"{prefix}{name}", f"must be a media type of at most {MAX_MEDIA_TYPE_LENGTH} characters")
    return found
