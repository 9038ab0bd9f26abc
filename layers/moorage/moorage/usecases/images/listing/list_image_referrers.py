"""ListImageReferrers: the artifacts whose subject is a digest. The subject itself need not exist."""

from dataclasses import dataclass

from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.errors import InvalidParameterError
from moorage.domain.images.image import Image
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.repositories._find_repository import find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImageReferrers:
    """A page of at most `limit`, before `artifact_types` (if there are any) and `storage_classes` are applied to it."""

    repository: RepositoryId
    subject: str
    artifact_types: frozenset[str] = frozenset()
    storage_classes: frozenset[StorageClass] = frozenset({StorageClass.STANDARD})
    start: Digest | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ReferrerPage:
    """`next_start` is the digest with which the next page starts, None at the end."""

    images: list[Image]
    next_start: Digest | None = None


def list_image_referrers(query: ListImageReferrers, ports: Ports) -> ReferrerPage:
    """Read one page. Raises: RepositoryNotFoundError, InvalidParameterError."""
    subject = parse_digest(query.subject, HEX_LENGTHS)
    if subject is None:
        raise InvalidParameterError("subjectId.imageDigest", "must be a digest")
    find_repository(query.repository, ports)
    images, next_start = ports.images.list_referrers(query.repository, subject, query.start, query.limit)
    passing = [
        image
        for image in images
        if image.storage_class in query.storage_classes
        and (not query.artifact_types or image.artifact_type in query.artifact_types)
    ]
    return ReferrerPage(passing, next_start)
