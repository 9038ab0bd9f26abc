"""Rules of multipart uploads (API Reference: UploadPart, CompleteMultipartUpload, CompletedPart).

For a gap, the API Reference names the error InvalidPartOrder, and the User Guide a 500.
"""

from botocore.exceptions import ClientError

from tests.support.s3_rules.rule import ACCEPTED, MIN_PART_BYTES, Store, rule, sha256_of

LARGE, OTHER, SHORT = b"1" * MIN_PART_BYTES, b"2" * MIN_PART_BYTES, b"the end"
NEVER_GIVEN = '"00000000000000000000000000000000"'


@rule("InvalidPartOrder")
def parts_in_order(store: Store) -> str:
    """The parts of a CompleteMultipartUpload are listed in ascending order."""
    upload = store.create_multipart()
    first, second = upload.put(1, LARGE), upload.put(2, OTHER)
    return upload.complete([second, first])


@rule("refused")
def at_least_one_part(store: Store) -> str:
    """A CompleteMultipartUpload lists at least one part."""
    upload = store.create_multipart()
    upload.put(1, SHORT)
    try:
        return upload.complete([])
    except ClientError:
        return "refused"


@rule(ACCEPTED)
def gaps_without_checksums(store: Store) -> str:
    """Without checksums of parts, part numbers may have gaps."""
    upload = store.create_multipart()
    return upload.complete([upload.put(2, LARGE), upload.put(7, SHORT)])


@rule("InvalidPartOrder")
def no_gaps_with_checksums(store: Store) -> str:
    """With a SHA-256 of each part, part numbers have no gap."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    first = upload.put(1, LARGE, ChecksumSHA256=sha256_of(LARGE))
    return upload.complete([first, upload.put(3, SHORT, ChecksumSHA256=sha256_of(SHORT))])


@rule("InvalidPartOrder")
def from_one_with_checksums(store: Store) -> str:
    """With a SHA-256 of each part, part numbers begin at 1."""
    upload = store.create_multipart(ChecksumAlgorithm="SHA256")
    return upload.complete([upload.put(2, SHORT, ChecksumSHA256=sha256_of(SHORT))])


@rule("InvalidArgument")
def no_part_zero(store: Store) -> str:
    """Part numbers begin at 1."""
    store.create_multipart().put(0, SHORT)
    return ACCEPTED


@rule("InvalidArgument")
def no_part_10001(store: Store) -> str:
    """Part numbers end at 10,000."""
    store.create_multipart().put(10_001, SHORT)
    return ACCEPTED


@rule("InvalidPart")
def listed_parts_exist(store: Store) -> str:
    """A part that is listed was uploaded."""
    upload = store.create_multipart()
    part = upload.put(1, LARGE)
    return upload.complete([part, {**part, "PartNumber": 2}])


@rule("InvalidPart")
def etags_match(store: Store) -> str:
    """A part is listed with its ETag."""
    upload = store.create_multipart()
    return upload.complete([{**upload.put(1, SHORT), "ETag": NEVER_GIVEN}])


@rule("InvalidPart")
def replaced_parts_are_gone(store: Store) -> str:
    """A part that was uploaded again cannot be listed with its earlier ETag."""
    upload = store.create_multipart()
    earlier = upload.put(1, b"earlier")
    upload.put(1, b"later")
    return upload.complete([earlier])


@rule("EntityTooSmall")
def min_part_size(store: Store) -> str:
    """Each part but the last has at least 5 MiB."""
    upload = store.create_multipart()
    return upload.complete([upload.put(1, SHORT), upload.put(2, LARGE)])


@rule("the listed parts")
def unlisted_parts_are_dropped(store: Store) -> str:
    """Parts that are not listed are not in the object."""
    upload = store.create_multipart()
    parts = [upload.put(number, body) for number, body in ((1, LARGE), (2, OTHER), (3, SHORT))]
    upload.complete([parts[0], parts[2]])
    return "the listed parts" if store.content(upload.key) == LARGE + SHORT else "other bytes"


@rule("NoSuchUpload")
def no_part_after_completion(store: Store) -> str:
    """A completed upload takes no part."""
    upload = store.create_multipart()
    upload.complete([upload.put(1, SHORT)])
    upload.put(1, SHORT)
    return ACCEPTED


@rule("NoSuchUpload")
def no_part_after_abort(store: Store) -> str:
    """An aborted upload takes no part."""
    upload = store.create_multipart()
    upload.abort()
    upload.put(1, SHORT)
    return ACCEPTED


@rule("NoSuchUpload")
def no_completion_after_abort(store: Store) -> str:
    """An aborted upload cannot be completed."""
    upload = store.create_multipart()
    part = upload.put(1, SHORT)
    upload.abort()
    return upload.complete([part])


@rule("NoSuchUpload")
def an_upload_has_one_key(store: Store) -> str:
    """An upload takes no part for another key."""
    upload = store.create_multipart()
    address = {**upload.address, "Key": store.new_key()}
    store.client.upload_part(**address, PartNumber=1, Body=SHORT)
    return ACCEPTED


@rule("404")
def no_object_before_completion(store: Store) -> str:
    """There is no object before the upload is completed."""
    upload = store.create_multipart()
    upload.put(1, SHORT)
    store.head(upload.key)
    return ACCEPTED


@rule("InvalidRequest")
def size_of_the_object(store: Store) -> str:
    """A completion that names another size of the object is refused."""
    upload = store.create_multipart()
    return upload.complete([upload.put(1, SHORT)], MpuObjectSize=len(SHORT) + 1)


RULES = (
    parts_in_order,
    at_least_one_part,
    gaps_without_checksums,
    no_gaps_with_checksums,
    from_one_with_checksums,
    no_part_zero,
    no_part_10001,
    listed_parts_exist,
    etags_match,
    replaced_parts_are_gone,
    min_part_size,
    unlisted_parts_are_dropped,
    no_part_after_completion,
    no_part_after_abort,
    no_completion_after_abort,
    an_upload_has_one_key,
    no_object_before_completion,
    size_of_the_object,
)
