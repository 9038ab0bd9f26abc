"""The rules of S3 that no engine keeps, enforced on what this process sends.

They hold for every client of botocore in this process. Presigned requests and other processes do not pass here.

- With a checksum of each part, CompleteMultipartUpload lists the parts 1, 2, 3 … without a gap.
- The body hashes to the signed x-amz-content-sha256.
- Of completions of one key with `If-None-Match: *` at one time, one succeeds: they are sent one after the other.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from tests.support.faults.injection import s3_error

Send = Callable[[AWSPreparedRequest], AWSResponse]
_IS_HASH = re.compile(r"[0-9a-f]{64}")
_PART_NUMBER = re.compile(r"<PartNumber>(\d+)</PartNumber>")
_PART_CHECKSUM = re.compile(r"<Checksum(?:CRC32|CRC32C|SHA1|SHA256)>")


@contextmanager
def s3_rules(url: str) -> Iterator[None]:
    """Enforce them on requests to the S3 at `url`."""
    locks: defaultdict[str, Lock] = defaultdict(Lock)
    send = URLLib3Session.send

    def checked(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        def go_on(allowed: AWSPreparedRequest) -> AWSResponse:
            return send(session, allowed)

        if not request.url.startswith(f"{url}/"):
            return go_on(request)
        refusal = _refusal_of(request)
        if refusal is not None:
            answer = s3_error(400, refusal)(request, go_on)
            assert answer is not None
            return answer
        if _completes(request) and "If-None-Match" in request.headers:
            with locks[request.url.partition("?")[0]]:
                return go_on(request)
        return go_on(request)

    with mock.patch.object(URLLib3Session, "send", checked):
        yield


def _refusal_of(request: AWSPreparedRequest) -> str | None:
    """The code of S3's error, if a rule is broken."""
    if _completes(request) and _has_gap(_text(request.body)):
        return "InvalidPartOrder"
    signed = _text(request.headers.get("X-Amz-Content-SHA256", ""))
    if _IS_HASH.fullmatch(signed) and signed != _hash_of(request.body):
        return "XAmzContentSHA256Mismatch"
    return None


def _completes(request: AWSPreparedRequest) -> bool:
    return request.method == "POST" and "uploadId=" in request.url


def _has_gap(listed: str) -> bool:
    numbers = [int(number) for number in _PART_NUMBER.findall(listed)]
    return bool(_PART_CHECKSUM.search(listed)) and numbers != list(range(1, len(numbers) + 1))


def _hash_of(body: Any) -> str:
    """The SHA-256 of a body, which is at its beginning again afterwards."""
    if not hasattr(body, "read"):
        return hashlib.sha256(body.encode() if isinstance(body, str) else body or b"").hexdigest()
    start = body.tell()
    found = hashlib.sha256(body.read()).hexdigest()
    body.seek(start)
    return found


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes | bytearray) else str(value or "")
