"""A client of the OCI API over HTTP that does what tests tell it: no retries, no redirects unless asked for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import urllib3

from tests.support.layers import digest_of

UPLOADS = "blobs/uploads/"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer as it came; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of a refusal, in the specification's form."""
        (error,) = json.loads(self.body)["errors"]
        assert isinstance(error["message"], str)
        return str(error["code"])

    @property
    def location(self) -> str:
        """Where the client is sent."""
        return self.headers["location"]

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class OciHttp:
    """One repository of a registry, to which paths are relative: `blobs/…`, `manifests/…`."""

    def __init__(self, url: str, repository: str) -> None:
        self.url = url
        self.repository = repository
        self._pool = urllib3.PoolManager(retries=False, timeout=120)

    def ask(self, method: str, path: str, body: bytes | Iterable[bytes] = b"", **headers: str) -> HttpAnswer:
        """One request; `_` in a header's name stands for `-`. A body in pieces goes without its length."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            named.setdefault("Content-Length", str(len(body)))
        url = path if "://" in path else self.url + (path if path.startswith("/") else f"/v2/{self.repository}/{path}")
        answered = self._pool.request(
            method, url, body=body, headers=named, redirect=False, chunked=not isinstance(body, bytes)
        )
        lowered = {name.lower(): value for name, value in answered.headers.items()}
        return HttpAnswer(answered.status, lowered, answered.data)

    def fetch(self, path: str, **headers: str) -> HttpAnswer:
        """GET, at the place to which the answer redirects, if it does."""
        answered = self.ask("GET", path, b"", **headers)
        return self.ask("GET", answered.location, b"", **headers) if answered.status in (302, 307) else answered

    def start(self) -> str:
        """A new session; its location."""
        return self.ask("POST", UPLOADS).location

    def put_blob(self, content: bytes, digest: str = "") -> dict[str, Any]:
        """Push a blob in one request; its descriptor."""
        digest = digest or digest_of(content)
        assert self.ask("POST", f"{UPLOADS}?digest={digest}", content).status == 201
        return {"mediaType": "application/octet-stream", "digest": digest, "size": len(content)}

    def put_manifest(self, reference: str, content: bytes, media_type: str) -> HttpAnswer:
        """Push a manifest."""
        return self.ask("PUT", f"manifests/{reference}", content, Content_Type=media_type)
