"""Rules of lists and deletions (API Reference: ListObjectsV2, ListParts, ListMultipartUploads, DeleteObjects)."""

from typing import Any

from botocore.exceptions import ClientError

from tests.support.s3_rules.multipart import SHORT
from tests.support.s3_rules.rule import ACCEPTED, Store, rule


def _keys(store: Store, prefix: str, **options: Any) -> list[str]:
    pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=store.bucket, Prefix=prefix, **options)
    return [found["Key"].removeprefix(prefix) for page in pages for found in page.get("Contents", [])]


@rule("- / A _ a é")
def keys_in_binary_order(store: Store) -> str:
    """ListObjectsV2 lists keys in the order of their UTF-8 bytes."""
    prefix = f"{store.new_key()}."
    for name in ("a", "A", "é", "_", "/", "-"):
        store.put(prefix + name)
    return " ".join(_keys(store, prefix))


@rule("1 2 3 4 5")
def keys_in_pages(store: Store) -> str:
    """ListObjectsV2 continues a list where its page ended."""
    prefix = f"{store.new_key()}/"
    for number in range(1, 6):
        store.put(f"{prefix}{number}")
    return " ".join(_keys(store, prefix, PaginationConfig={"PageSize": 2}))


@rule("3 4")
def keys_after_a_key(store: Store) -> str:
    """ListObjectsV2 with `start-after` lists what follows this key."""
    prefix = f"{store.new_key()}/"
    for number in range(1, 5):
        store.put(f"{prefix}{number}")
    return " ".join(_keys(store, prefix, StartAfter=f"{prefix}2"))


@rule("a; b/ c/")
def keys_below_a_delimiter(store: Store) -> str:
    """ListObjectsV2 with a delimiter lists what they have in common in place of the keys that have it."""
    prefix = f"{store.new_key()}/"
    for name in ("a", "b/1", "b/2", "c/1"):
        store.put(prefix + name)
    found = store.client.list_objects_v2(Bucket=store.bucket, Prefix=prefix, Delimiter="/")
    common = [each["Prefix"].removeprefix(prefix) for each in found["CommonPrefixes"]]
    return f"{' '.join(each['Key'].removeprefix(prefix) for each in found['Contents'])}; {' '.join(common)}"


@rule("no object")
def no_unfinished_upload(store: Store) -> str:
    """ListObjectsV2 does not list an upload that is not completed."""
    upload = store.create_multipart()
    upload.put(1, SHORT)
    return " ".join(_keys(store, upload.key)) or "no object"


@rule("1 3 20")
def parts_by_number(store: Store) -> str:
    """ListParts lists parts by number."""
    upload = store.create_multipart()
    for number in (20, 1, 3):
        upload.put(number, SHORT)
    return " ".join(str(part["PartNumber"]) for part in store.client.list_parts(**upload.address)["Parts"])


@rule("1 2, more after 2; 3")
def parts_in_pages(store: Store) -> str:
    """ListParts says whether more parts follow, and continues after a number."""
    upload = store.create_multipart()
    for number in (1, 2, 3):
        upload.put(number, SHORT)
    first = store.client.list_parts(**upload.address, MaxParts=2)
    rest = store.client.list_parts(**upload.address, PartNumberMarker=2)
    numbers = [" ".join(str(part["PartNumber"]) for part in page["Parts"]) for page in (first, rest)]
    more = f"more after {first['NextPartNumberMarker']}" if first["IsTruncated"] else "no more"
    return f"{numbers[0]}, {more}; {numbers[1]}"


@rule("NoSuchUpload")
def no_parts_of_an_aborted_upload(store: Store) -> str:
    """ListParts refuses an upload that was aborted."""
    upload = store.create_multipart()
    upload.abort()
    store.client.list_parts(**upload.address)
    return ACCEPTED


@rule("in order")
def uploads_by_key(store: Store) -> str:
    """ListMultipartUploads lists uploads by key."""
    prefix = f"{store.new_key()}/"
    for name in "hfaecgbd":
        store.create_multipart(prefix + name)
    found = store.client.list_multipart_uploads(Bucket=store.bucket, Prefix=prefix)["Uploads"]
    names = "".join(each["Key"].removeprefix(prefix) for each in found)
    return "in order" if names == "abcdefgh" else "in another order"


@rule("the open one")
def no_aborted_uploads(store: Store) -> str:
    """ListMultipartUploads does not list uploads that were aborted or completed."""
    key = store.new_key()
    aborted, completed, _ = (store.create_multipart(key) for _ in range(3))
    aborted.abort()
    completed.complete([completed.put(1, SHORT)])
    found = store.client.list_multipart_uploads(Bucket=store.bucket, Prefix=key)["Uploads"]
    return "the open one" if len(found) == 1 else f"{len(found)} uploads"


@rule("both")
def deletion_of_missing_keys(store: Store) -> str:
    """DeleteObjects reports a key without an object as deleted."""
    keys = [store.put(), store.new_key()]
    found = store.client.delete_objects(Bucket=store.bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    return "both" if {each["Key"] for each in found.get("Deleted", [])} == set(keys) else "not both"


@rule("refused")
def deletions_at_once(store: Store) -> str:
    """DeleteObjects takes at most 1,000 keys."""
    keys: list[Any] = [{"Key": f"rules/none-{number}"} for number in range(1001)]
    try:
        store.client.delete_objects(Bucket=store.bucket, Delete={"Objects": keys})
    except ClientError:
        return "refused"
    return ACCEPTED


@rule("InvalidRange")
def ranges_begin_inside(store: Store) -> str:
    """GetObject refuses a range that begins after the object's end."""
    store.client.get_object(Bucket=store.bucket, Key=store.put(body=SHORT), Range=f"bytes={len(SHORT)}-")
    return ACCEPTED


@rule("BucketNotEmpty")
def no_bucket_with_objects(store: Store) -> str:
    """A bucket that has objects is not deleted."""
    other = Store(store.client, f"{store.bucket}-b")
    store.client.create_bucket(Bucket=other.bucket)
    other.put()
    store.client.delete_bucket(Bucket=other.bucket)
    return ACCEPTED


RULES = (
    keys_in_binary_order,
    keys_in_pages,
    keys_after_a_key,
    keys_below_a_delimiter,
    no_unfinished_upload,
    parts_by_number,
    parts_in_pages,
    no_parts_of_an_aborted_upload,
    uploads_by_key,
    no_aborted_uploads,
    deletion_of_missing_keys,
    deletions_at_once,
    ranges_begin_inside,
    no_bucket_with_objects,
)
