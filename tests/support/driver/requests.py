"""Requests of the three protocols as a client sends them, whatever carries them."""

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from moorage.domain.caller import Caller
from moorage.wire.ecr.protocol import CONTENT_TYPE, TARGET_PREFIX

from tests.support.callers import owner

OWNER = owner()


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `path` may have a query. A body in pieces is sent without its length.

    `caller` is whom API Gateway names to a function. A server over HTTP learns it from the headers only.
    """

    method: str
    path: str
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = OWNER
    source_ip: str = "192.0.2.1"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def by(self, caller: Caller) -> Self:
        """The same request of somebody else."""
        return replace(self, caller=caller)


def ecr_request(operation: str, members: Any, path: str = "/") -> Request:
    """As boto3 sends it, at `/` or `/r/…`; blobs among the members are given as bytes."""
    plain = {name: base64.b64encode(v).decode() if isinstance(v, bytes) else v for name, v in members.items()}
    return raw_ecr_request(f"{TARGET_PREFIX}.{operation}", json.dumps(plain).encode(), path)


def raw_ecr_request(target: str, body: bytes, path: str = "/") -> Request:
    """A request of any target and body, which may be no operation's."""
    return Request("POST", path, body, {"content-type": CONTENT_TYPE, "x-amz-target": target})


def direct_request(method: str, path: str, body: Any = None, **query: str) -> Request:
    """A request of the direct upload API; `body` is JSON, as text or as what it stands for."""
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    whole_path = f"{path}?{urlencode(query)}" if query else path
    return Request(method, whole_path, text.encode(), {"content-type": "application/json"})


def oci_request(method: str, path: str, body: bytes | Iterable[bytes] = b"", **headers: str) -> Request:
    """A request below /v2/; `_` in a header's name stands for `-`."""
    length = {"content-length": str(len(body))} if isinstance(body, bytes) else {}
    named = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    return Request(method, path, body, length | named)
