"""A client of the direct upload API. It signs requests where needed, and repeats them while the registry is busy."""

import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from moorage_client.signing import RequestSigner, is_loopback

TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
TIMEOUT = httpx.Timeout(35.0, connect=5.0)
"""Longer than API Gateway's limit for an answer (30 s)."""


class DirectApiError(Exception):
    """The registry refused the request; `code` is the name of ECR's exception."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code


class UnreachableError(Exception):
    """No answer after all attempts."""


class DirectClient:
    """The five requests of the API; each returns the answer's JSON."""

    def __init__(self, endpoint: str) -> None:
        """Requests to this machine are not signed: no one checks them there, and there may be no credentials."""
        self.endpoint = endpoint.rstrip("/")
        self._signer = None if is_loopback(endpoint) else RequestSigner(endpoint)
        self._http = httpx.Client(timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def initiate(self, claim: Mapping[str, Any]) -> dict[str, Any]:
        """Start an upload; returns the first page of its parts, or no parts if the content is already stored."""
        return self._call("POST", "", claim)

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
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answered = self._http.request(method, url, content=content, headers=self._headers(method, url, content))
            except httpx.TransportError as error:
                if last:
                    raise UnreachableError(f"{self.endpoint} cannot be reached: {error}") from error
            else:
                if answered.is_success:
                    return _json_object(answered)
                if answered.status_code not in (429, 502, 503, 504) or last:
                    raise _refusal(answered)
            time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _headers(self, method: str, url: str, content: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json"} if content else {}
        return self._signer.headers(method, url, content, headers) if self._signer else headers


def _refusal(answered: httpx.Response) -> DirectApiError:
    body = _json_object(answered)
    # Errors from API Gateway itself have no code.
    return DirectApiError(answered.status_code, body.get("code", "Refused"), body.get("message", answered.text))


def _json_object(answered: httpx.Response) -> dict[str, Any]:
    try:
        body = answered.json() if answered.content else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
