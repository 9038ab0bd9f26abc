"""A client of the OCI API over HTTP that does what tests tell it: no retries, no redirects unless asked for."""

from collections.abc import Iterable
from typing import Any

from tests.support.driver.answers import Answer
from tests.support.driver.requests import oci_request
from tests.support.driver.transports import to_server
from tests.support.layers import digest_of

UPLOADS = "blobs/uploads/"


class OciHttp:
    """One repository of a registry, to which paths are relative: `blobs/…`, `manifests/…`."""

    def __init__(self, url: str, repository: str) -> None:
        self.url = url
        self.repository = repository
        self._send = to_server(url)

    def ask(self, method: str, path: str, body: bytes | Iterable[bytes] = b"", **headers: str) -> Answer:
        """One request; `_` in a header's name stands for `-`. A body in pieces goes without its length."""
        whole = path if "://" in path or path.startswith("/") else f"/v2/{self.repository}/{path}"
        return self._send(oci_request(method, whole, body, **headers))

    def fetch(self, path: str, **headers: str) -> Answer:
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

    def put_manifest(self, reference: str, content: bytes, media_type: str) -> Answer:
        """Push a manifest."""
        return self.ask("PUT", f"manifests/{reference}", content, Content_Type=media_type)
