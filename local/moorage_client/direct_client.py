"""A client of the direct upload API. It signs requests where needed, and repeats them while the registry is busy."""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from moorage_client.endpoint import is_loopback, parse_endpoint
from moorage_client.http import http_client, proxy_for
from moorage_client.retry import ATTEMPTS, Retrying, silently, wait_before_retry
from moorage_client.signing import RequestSigner

BUSY = (429, 502, 503, 504)
"""Statuses after which the same request may succeed later."""
ALREADY_THERE = "LayerAlreadyExistsException"
"""The code if the repository has the layer."""
EXPIRED = 403
"""S3's status for a URL that has expired."""
NO_SUCH_UPLOAD = 404
"""S3's status once the multipart upload was completed or aborted."""
PRECONDITION_FAILED = 412
"""S3's status if the object is there: an earlier attempt, whose answer was lost, has stored it, and S3 verified it."""
OTHER_BYTES = 400
"""S3's status if the bytes do not hash to the SHA-256 that came with them."""

TIMEOUT = httpx.Timeout(35.0, connect=5.0)
"""Longer than API Gateway's limit for an answer (30 s)."""

SINGLE_PUT_BYTES = 100_000_000
"""Up to this size a file is sent by one request, which S3 verifies. Larger ones go in parts, which resume and are
faster over a long way (S3 User Guide, "Uploading objects": parts from 100 MB on)."""
SINGLE_PUT_BYTES_HERE = 5_000_000_000
"""The same for a registry on this machine: parts gain nothing, and the registry would read all of them again."""


class DirectApiError(Exception):
    """The registry refused the request; `code` is the name of ECR's exception."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code


class UnreachableError(Exception):
    """No registry answers at the endpoint."""


class DirectClient:
    """The five requests of the API; each returns the answer's JSON.

    Raises: DirectApiError if the registry refuses, UnreachableError if none answers.
    """

    def __init__(self, endpoint: str, retrying: Retrying = silently) -> None:
        """Requests to this machine are not signed: no one checks them there, and there may be no credentials.

        Raises: EndpointError, ClientSetupError, and botocore's errors where credentials or a region are missing.
        """
        self.endpoint = parse_endpoint(endpoint)
        self._retrying = retrying
        self._signer = None if is_loopback(self.endpoint) else RequestSigner(self.endpoint)
        self._http = http_client(self.endpoint, TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def single_put_bytes(self) -> int:
        """The size up to which one request should send a file there."""
        return SINGLE_PUT_BYTES_HERE if is_loopback(self.endpoint) else SINGLE_PUT_BYTES

    def initiate(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        """Start an upload; returns the first page of its parts, or no parts if the content is already stored."""
        return self._call("POST", "", descriptor)

    def parts(self, upload_id: str, token: str | None = None) -> dict[str, Any]:
        """A page of parts with fresh URLs."""
        return self._call("GET", f"/{upload_id}/parts", params={"nextToken": token} if token else {})

    def status(self, upload_id: str) -> dict[str, Any]:
        """The state of the upload."""
        return self._call("GET", f"/{upload_id}")

    def complete(self, upload_id: str) -> dict[str, Any]:
        """Ask for verification and commit; the state is then `completed` or `verifying`."""
        return self._call("POST", f"/{upload_id}/completion")

    def abandon(self, upload_id: str) -> None:
        """Abort the upload."""
        self._call("DELETE", f"/{upload_id}")

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        url = str(httpx.URL(f"{self.endpoint}/direct-uploads{path}", params=params or None))
        content = json.dumps(body).encode() if body is not None else b""
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                answered = self._http.request(method, url, content=content, headers=self._headers(method, url, content))
            except httpx.TransportError as error:
                reason = f"{self.endpoint} cannot be reached{self._through()}: {error or type(error).__name__}"
                if last or isinstance(error, httpx.ProxyError | httpx.UnsupportedProtocol):
                    raise UnreachableError(reason) from error
            else:
                if last or answered.status_code not in BUSY or self._is_proxys(answered):
                    return self._read(answered)
                reason = f"{self.endpoint} is busy (status {answered.status_code})"
            wait_before_retry(attempt, reason, self._retrying)
        raise AssertionError("the last attempt returns or raises")

    def _headers(self, method: str, url: str, content: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json"} if content else {}
        return self._signer.headers(method, url, content, headers) if self._signer else headers

    def _read(self, answered: httpx.Response) -> dict[str, Any]:
        body = _json_object(answered)
        if body is None or (answered.is_success and answered.content and "uploadId" not in body):
            status = f"{answered.status_code} {answered.reason_phrase}"
            raise UnreachableError(f"{self.endpoint} is not a Moorage registry: it returned {status}{self._through()}")
        if answered.is_success:
            return body
        # Errors from API Gateway itself have no code.
        raise DirectApiError(answered.status_code, body.get("code", "Refused"), body.get("message", answered.text))

    def _is_proxys(self, answered: httpx.Response) -> bool:
        """Whether a proxy, not the registry, says that nobody answers: the registry and API Gateway answer in JSON."""
        return proxy_for(self.endpoint) is not None and _json_object(answered) is None

    def _through(self) -> str:
        proxy = proxy_for(self.endpoint)
        return f" through the proxy {httpx.URL(proxy).host}" if proxy else ""


def _json_object(answered: httpx.Response) -> dict[str, Any] | None:
    """The body; None if it is not a JSON object."""
    try:
        body = answered.json() if answered.content else {}
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
