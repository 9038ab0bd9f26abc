"""How batch operations name images, and which images they mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moorage.domain.digest import HEX_LENGTHS, Digest, parse_digest
from moorage.domain.images.image import Image, is_tag
from moorage.domain.images.image_id import ImageFailure, ImageFailureCode, ImageId
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import Wanted


@dataclass(frozen=True, slots=True)
class Found:
    """Each id is in exactly one list. `is_excluded`: pulls of this caller are not recorded."""

    repository: Repository
    images: list[tuple[ImageId, Image]]
    failures: list[ImageFailure]
    is_excluded: bool = False


def find_images(
    repository_id: RepositoryId, ids: Iterable[ImageId], ports: Ports, principals: tuple[str, ...] = ()
) -> Found:
    """Find them in one read, or in two where tags have to be followed.

    Raises: AccessDeniedError, RepositoryNotFoundError.
    """
    asked = list(dict.fromkeys(ids))
    failures = [failure for each in asked if (failure := _refuse(each))]
    refused = {failure.image_id for failure in failures}
    good = [each for each in asked if each not in refused]
    digests = {digest for each in good if each.digest and (digest := parse_digest(each.digest, HEX_LENGTHS))}
    tags = {each.tag for each in good if each.tag}
    require_possible(repository_id, ports)
    first = ports.images.look_up(repository_id, Wanted(digests=digests, tags=tags, principals=principals))
    repository = authorize(repository_id, first.repository, ports)
    images = dict(first.images)
    if missing := set(first.tags.values()) - images.keys():
        images |= ports.images.look_up(repository_id, Wanted(digests=missing)).images
    found = [(each, _pick(each, first.tags, images)) for each in good]
    failures += [picked for _, picked in found if isinstance(picked, ImageFailure)]
    return Found(
        repository,
        [(each, picked) for each, picked in found if isinstance(picked, Image)],
        failures,
        first.is_excluded,
    )


def _refuse(each: ImageId) -> ImageFailure | None:
    if each.digest is None and each.tag is None:
        return ImageFailure(each, ImageFailureCode.MISSING_DIGEST_AND_TAG, "Neither a digest nor a tag was given")
    if each.digest is not None and parse_digest(each.digest, HEX_LENGTHS) is None:
        return ImageFailure(each, ImageFailureCode.INVALID_DIGEST, "Invalid request parameters: image digest")
    if each.tag is not None and not is_tag(each.tag):
        return ImageFailure(each, ImageFailureCode.INVALID_TAG, "Invalid request parameters: image tag")
    return None


def _pick(each: ImageId, tags: Mapping[str, Digest], images: Mapping[Digest, Image]) -> Image | ImageFailure:
    digest = tags.get(each.tag) if each.tag else Digest.of(each.digest or "")
    if digest is None or digest not in images:
        return ImageFailure(each, ImageFailureCode.NOT_FOUND, "Requested image not found")
    if each.digest and str(digest) != each.digest:
        reason = "The tag points to another image"
        return ImageFailure(each, ImageFailureCode.TAG_DOES_NOT_MATCH_DIGEST, reason)
    return images[digest]
