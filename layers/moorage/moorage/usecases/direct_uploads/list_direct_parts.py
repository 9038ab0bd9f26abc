"""The parts of a direct upload, page by page, each with its URL and whether S3 has it."""

from dataclasses import dataclass

from moorage.domain.errors import InvalidParameterError, UploadNotFoundError
from moorage.domain.uploads.direct_upload import DirectDescriptor, PartRange
from moorage.domain.uploads.upload import Upload, UploadMode, UploadStatus
from moorage.usecases.direct_uploads._find_direct_upload import find_direct_upload
from moorage.usecases.ports import Ports
from moorage.usecases.ports.content import NoMultipartUploadError
from moorage.usecases.ports.verification import SignedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDirectParts:
    """`after_number` is the last part of the previous page; 0 for the first page."""

    registry_id: str
    upload_id: str
    after_number: int = 0


@dataclass(frozen=True, slots=True)
class DirectPart:
    """A part, its URL, and whether S3 already has it with the right length."""

    range: PartRange
    url: str
    is_received: bool


@dataclass(frozen=True, slots=True)
class DirectParts:
    """One page; `next_after` is the `after_number` of the next page, None at the end."""

    upload: Upload
    claim: DirectDescriptor
    parts: tuple[DirectPart, ...]
    next_after: int | None
    put: SignedRequest | None = None
    """The one request that sends the whole layer; then there are no parts."""


def list_direct_parts(query: ListDirectParts, ports: Ports) -> DirectParts:
    """One page with new URLs.

    Raises: UploadNotFoundError, also after the parts were joined.
    """
    upload, claim = find_direct_upload(query.registry_id, query.upload_id, ports)
    if upload.status is not UploadStatus.OPEN or upload.verification is not None:
        raise UploadNotFoundError(upload.ref)
    if query.after_number >= claim.part_count:
        raise InvalidParameterError("nextToken", "must be a token that was answered for this upload")
    if upload.mode is UploadMode.WHOLE:
        return page_of_one_put(upload, claim, ports)
    received = _received(upload, claim, query.after_number, ports)
    return _page(upload, claim, query.after_number, received, ports)


def page_of_one_put(upload: Upload, announced: DirectDescriptor, ports: Ports) -> DirectParts:
    """No parts: one request that sends the whole layer."""
    put = ports.direct.put_request(upload, bytes.fromhex(announced.digest.hex), announced.size_bytes)
    return DirectParts(upload, announced, (), None, put)


def first_page_of_parts(upload: Upload, announced: DirectDescriptor, ports: Ports) -> DirectParts:
    """The first page of a new upload, of which S3 has no parts yet. Signing URLs makes no request to AWS."""
    return _page(upload, announced, 0, frozenset(), ports)


def _received(upload: Upload, announced: DirectDescriptor, after_number: int, ports: Ports) -> frozenset[int]:
    """The numbers of the page's parts that S3 has at their length: one call to S3."""
    try:
        listed = ports.direct.list_parts(upload, after_number, ports.limits.verification.parts_page)
        return frozenset(part.number for part in listed if announced.has_part(part.number, part.size_bytes))
    except NoMultipartUploadError as error:
        raise UploadNotFoundError(upload.ref) from error


def _page(
    upload: Upload, announced: DirectDescriptor, after_number: int, received: frozenset[int], ports: Ports
) -> DirectParts:
    last = min(after_number + ports.limits.verification.parts_page, announced.part_count)
    parts = (announced.part(number) for number in range(after_number + 1, last + 1))
    return DirectParts(
        upload,
        announced,
        tuple(DirectPart(part, ports.direct.part_url(upload, part), part.number in received) for part in parts),
        last if last < announced.part_count else None,
    )
