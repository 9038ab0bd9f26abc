"""Who signed a request: AWS Signature Version 4, verified by signing the request again with botocore's own signer.

    verifier = Verifier(load_access_keys(file))
    arn = verifier.caller_of(method, url, headers, body, now)      # "" for an unsigned request; raises SignatureError

Signatures in the query (presigned URLs) are not accepted.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from moorage_local.access.access_keys import AccessKey

MAX_SKEW_SECONDS = 300
"""The same as AWS (AWS General Reference, "Signature Version 4")."""
SERVICES = ("execute-api", "ecr")
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/([0-9]{8})/([^/,\s]+)/([^/,\s]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
_REQUIRED = {"host", "x-amz-date"}
_DATE = "%Y%m%dT%H%M%SZ"


class SignatureError(Exception):
    """The request's signature is not accepted. The text says why, for the log; callers are given no reason."""


class Verifier:
    """Verifies requests against a set of access keys."""

    def __init__(self, keys: Mapping[str, AccessKey]) -> None:
        self._keys = dict(keys)

    def caller_of(self, method: str, url: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
        """The ARN of whoever signed; "" for a request without a signature. `headers` have names in lower case.

        `url` is as the client sent it, with the Host header as its host. Raises: SignatureError.
        """
        authorization = headers.get("authorization", "")
        if not authorization.startswith("AWS4-"):
            return ""
        matched = _AUTHORIZATION.fullmatch(authorization)
        if not matched:
            raise SignatureError("the Authorization header is not of Signature Version 4")
        key_id, day, region, service, names, signature = matched.groups()
        key = self._keys.get(key_id)
        if key is None or service not in SERVICES:
            raise SignatureError("the access key or the service is unknown")
        date = _date(headers, day, now)
        signed = {name: headers.get(name, "") for name in names.split(";")}
        if not signed.keys() >= _REQUIRED or _unsigned_amz(headers, signed):
            raise SignatureError("a header is not signed")
        if headers.get("x-amz-content-sha256", sha256(body).hexdigest()) != sha256(body).hexdigest():
            raise SignatureError("the body is not the one that was signed")
        expected = _sign(AWSRequest(method, url, signed, body), key.secret, date, region, service)
        if not hmac.compare_digest(expected, signature):
            raise SignatureError("the signature is wrong")
        return key.arn


def _date(headers: Mapping[str, str], day: str, now: float) -> str:
    date = headers.get("x-amz-date", "")
    try:
        signed_at = datetime.strptime(date, _DATE).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise SignatureError("X-Amz-Date is not a date") from error
    if abs(now - signed_at) > MAX_SKEW_SECONDS or not date.startswith(day):
        raise SignatureError("it was signed at another time")
    return date


def _unsigned_amz(headers: Mapping[str, str], signed: Mapping[str, str]) -> bool:
    """What decides about the request has to be signed: above all X-Amz-Target."""
    return any(name.startswith("x-amz-") and name not in signed for name in headers)


def _sign(request: AWSRequest, secret: str, date: str, region: str, service: str) -> str:
    signer = SigV4Auth(Credentials("unused", secret), service, region)
    request.context["timestamp"] = date
    canonical = signer.canonical_request(request)
    return signer.signature(signer.string_to_sign(request, canonical), request)


def host_url(host: str, path: str, query: str) -> str:
    """The URL to verify, from a request's Host header, its path as it arrived and its query."""
    url = f"http://{host}{path}" + (f"?{query}" if query else "")
    return url if urlsplit(url).netloc else f"http://localhost{path}"
