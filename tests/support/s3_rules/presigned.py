"""Rules of signatures (API Reference: Authenticating Requests: Using Query Parameters; User Guide: presigned URLs)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import httpx
from botocore.config import Config
from botocore.session import get_session

from tests.support.s3_rules.rule import ACCEPTED, Store, rule, sha256_of

BODY = b"some bytes"


def _url(store: Store, operation: str, seconds: int = 60, **members: Any) -> str:
    parameters = {"Bucket": store.bucket, "Key": store.new_key(), **members}
    return store.client.generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds)


def _send(method: str, url: str, body: bytes = b"", **headers: str) -> str:
    """The code of the error, or "accepted"."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = httpx.request(method, url, content=body, headers=named, trust_env=False, timeout=30)
    if answer.is_success:
        return ACCEPTED
    code = re.search(r"<Code>(\w+)</Code>", answer.text)
    return code[1] if code else str(answer.status_code)


@rule(ACCEPTED)
def a_url_for_a_put(store: Store) -> str:
    """A presigned PutObject needs no other credentials."""
    return _send("PUT", _url(store, "put_object"), BODY)


@rule(ACCEPTED)
def a_url_for_a_get(store: Store) -> str:
    """A presigned GetObject needs no other credentials."""
    return _send("GET", _url(store, "get_object", Key=store.put()))


@rule("SignatureDoesNotMatch")
def the_signature_counts(store: Store) -> str:
    """A presigned URL with another signature is refused."""
    url = _url(store, "get_object", Key=store.put())
    start, _, signature = url.partition("X-Amz-Signature=")
    return _send("GET", f"{start}X-Amz-Signature={signature[::-1]}")


@rule("SignatureDoesNotMatch")
def the_method_counts(store: Store) -> str:
    """A URL that was presigned for GET is refused for PUT."""
    return _send("PUT", _url(store, "get_object", Key=store.put()), BODY)


@rule("SignatureDoesNotMatch")
def the_key_counts(store: Store) -> str:
    """A URL that was presigned for one key is refused for another."""
    key, other = store.put(), store.put()
    return _send("GET", _url(store, "get_object", Key=key).replace(key, other))


@rule("AccessDenied")
def urls_expire(store: Store) -> str:
    """A presigned URL is refused after its time."""
    key = store.put()
    earlier = datetime.now(tz=UTC) - timedelta(days=2)
    with mock.patch("botocore.auth.get_current_datetime", return_value=earlier):
        url = _url(store, "get_object", seconds=1, Key=key)
    return _send("GET", url)


@rule("AuthorizationQueryParametersError")
def urls_last_a_week(store: Store) -> str:
    """A presigned URL is valid for a week at most."""
    return _send("GET", _url(store, "get_object", seconds=604_801, Key=store.put()))


@rule("SignatureDoesNotMatch")
def the_length_counts(store: Store) -> str:
    """A body of another length than the signed Content-Length is refused."""
    return _send("PUT", _url(store, "put_object", ContentLength=len(BODY)), BODY + b"1")


@rule("SignatureDoesNotMatch")
def the_part_number_counts(store: Store) -> str:
    """A URL that was presigned for one part is refused for another."""
    upload = store.create_multipart()
    url = _url(store, "upload_part", Key=upload.key, UploadId=upload.upload_id, PartNumber=2)
    return _send("PUT", url.replace("partNumber=2", "partNumber=1"), BODY)


@rule("refused")
def signed_headers_are_needed(store: Store) -> str:
    """A request without a header that was signed is refused."""
    return _refused(_send("PUT", _url(store, "put_object", IfNoneMatch="*"), BODY))


@rule("refused")
def signed_headers_count(store: Store) -> str:
    """A request with another value of a header that was signed is refused."""
    url = _url(store, "put_object", ChecksumSHA256=sha256_of(BODY))
    return _refused(_send("PUT", url, b"other bytes", x_amz_checksum_sha256=sha256_of(b"other bytes")))


@rule("refused")
def amz_headers_are_signed(store: Store) -> str:
    """A request with an `x-amz-` header that was not signed is refused."""
    return _refused(_send("PUT", _url(store, "put_object"), BODY, x_amz_meta_author="nobody"))


@rule("PreconditionFailed")
def a_url_with_a_condition(store: Store) -> str:
    """A presigned PutObject with `If-None-Match: *` never replaces an object."""
    return _send("PUT", _url(store, "put_object", Key=store.put(), IfNoneMatch="*"), BODY, If_None_Match="*")


@rule("BadDigest")
def a_url_with_a_checksum(store: Store) -> str:
    """A presigned PutObject with a SHA-256 takes no other bytes."""
    url = _url(store, "put_object", ChecksumSHA256=sha256_of(BODY))
    return _send("PUT", url, b"other", x_amz_checksum_sha256=sha256_of(BODY))


@rule("SignatureDoesNotMatch")
def the_secret_counts(store: Store) -> str:
    """A request that was signed with another secret key is refused."""
    credentials = store.client._request_signer._credentials  # type: ignore[attr-defined]
    other: Any = get_session().create_client(
        "s3",
        endpoint_url=store.client.meta.endpoint_url,
        region_name=store.client.meta.region_name,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key="another",
        config=Config(s3={"addressing_style": "path"}),
    )
    other.list_objects_v2(Bucket=store.bucket)
    return ACCEPTED


@rule("refused")
def anonymous_requests(store: Store) -> str:
    """A request without a signature is refused."""
    url = f"{store.client.meta.endpoint_url}/{store.bucket}/{store.put()}"
    return _refused(_send("GET", url))


RULES = (
    a_url_for_a_put,
    a_url_for_a_get,
    the_signature_counts,
    the_method_counts,
    the_key_counts,
    urls_expire,
    urls_last_a_week,
    the_length_counts,
    the_part_number_counts,
    signed_headers_are_needed,
    signed_headers_count,
    amz_headers_are_signed,
    a_url_with_a_condition,
    a_url_with_a_checksum,
    the_secret_counts,
    anonymous_requests,
)


def _refused(code: str) -> str:
    """For rules whose error is not documented."""
    return code if code == ACCEPTED else "refused"
