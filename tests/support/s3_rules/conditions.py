"""Rules of conditional requests (User Guide: conditional reads, writes and deletes)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from botocore.exceptions import ClientError

from tests.support.s3_rules.multipart import SHORT
from tests.support.s3_rules.rule import ACCEPTED, Store, rule

OTHER_ETAG = '"00000000000000000000000000000000"'
RIVALS = 8
Write = Callable[[str, int], Any]


@rule("PreconditionFailed")
def put_only_if_none(store: Store) -> str:
    """PutObject with `If-None-Match: *` never replaces an object."""
    store.put(store.put(), IfNoneMatch="*")
    return ACCEPTED


@rule("PreconditionFailed")
def complete_only_if_none(store: Store) -> str:
    """CompleteMultipartUpload with `If-None-Match: *` never replaces an object."""
    upload = store.create_multipart()
    part = upload.put(1, SHORT)
    store.put(upload.key)
    return upload.complete([part], IfNoneMatch="*")


@rule(ACCEPTED)
def complete_after_a_refusal(store: Store) -> str:
    """After such a refusal the multipart upload is still there, and can be completed without the condition."""
    upload = store.create_multipart()
    part = upload.put(1, SHORT)
    store.put(upload.key)
    try:
        upload.complete([part], IfNoneMatch="*")
    except ClientError:
        return upload.complete([part])
    return "accepted at first"


@rule("PreconditionFailed")
def put_only_if_match(store: Store) -> str:
    """PutObject with `If-Match` replaces the object with this ETag only."""
    store.put(store.put(), IfMatch=OTHER_ETAG)
    return ACCEPTED


@rule("NoSuchKey")
def put_only_if_there(store: Store) -> str:
    """PutObject with `If-Match` makes no new object."""
    store.put(IfMatch=OTHER_ETAG)
    return ACCEPTED


@rule("PreconditionFailed")
def delete_only_if_match(store: Store) -> str:
    """DeleteObject with `If-Match` deletes the object with this ETag only."""
    store.client.delete_object(Bucket=store.bucket, Key=store.put(), IfMatch=OTHER_ETAG)
    return ACCEPTED


@rule("PreconditionFailed")
def get_only_if_match(store: Store) -> str:
    """GetObject with `If-Match` reads the object with this ETag only."""
    store.client.get_object(Bucket=store.bucket, Key=store.put(), IfMatch=OTHER_ETAG)
    return ACCEPTED


@rule("304")
def get_only_if_changed(store: Store) -> str:
    """GetObject with `If-None-Match` does not read the object with this ETag."""
    key = store.put()
    store.client.get_object(Bucket=store.bucket, Key=key, IfNoneMatch=store.head(key)["ETag"])
    return ACCEPTED


@rule("one")
def one_of_many_puts(store: Store) -> str:
    """Of PutObjects with `If-None-Match: *` at one time, one succeeds."""

    def write(key: str, number: int) -> None:
        store.put(key, body=bytes([number]), IfNoneMatch="*")

    return "one" if _winners(store.new_key(), write) == 1 else "several"


@rule("one")
def one_of_many_completions(store: Store) -> str:
    """Of CompleteMultipartUploads with `If-None-Match: *` at one time, one succeeds."""

    def race() -> int:
        key = store.new_key()
        uploads = [store.create_multipart(key) for _ in range(RIVALS)]
        parts = [upload.put(1, SHORT) for upload in uploads]
        return _winners(key, lambda _, number: uploads[number].complete([parts[number]], IfNoneMatch="*"))

    return "one" if all(race() == 1 for _ in range(6)) else "several"


RULES = (
    put_only_if_none,
    complete_only_if_none,
    complete_after_a_refusal,
    put_only_if_match,
    put_only_if_there,
    delete_only_if_match,
    get_only_if_match,
    get_only_if_changed,
    one_of_many_puts,
    one_of_many_completions,
)


def _winners(key: str, write: Write) -> int:
    """How many of the rivals wrote."""
    start = Barrier(RIVALS)

    def run(number: int) -> bool:
        start.wait()
        try:
            write(key, number)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise
            return False
        return True

    with ThreadPoolExecutor(RIVALS) as threads:
        return sum(threads.map(run, range(RIVALS)))
