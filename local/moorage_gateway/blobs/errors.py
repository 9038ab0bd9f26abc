"""Refusals in the form of the OCI Distribution Specification ("Error Codes")."""

import json
from collections.abc import Sequence

from moorage_client.direct_client import BUSY

from moorage_gateway.exchange import Answer


class OciError(Exception):
    """A refusal: the specification's code, the HTTP status, and headers that go with it."""

    def __init__(self, status: int, code: str, message: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers

    def answer(self) -> Answer:
        """What the client gets."""
        body = json.dumps({"errors": [{"code": self.code, "message": str(self), "detail": {}}]}).encode()
        return Answer(self.status, [("content-type", "application/json"), *self.headers], body)


TOO_MANY = "TOOMANYREQUESTS"
_OF_DIRECT_API = {
    "AccessDeniedException": (403, "DENIED"),
    "InvalidLayerException": (400, "DIGEST_INVALID"),
    "InvalidParameterException": (400, "DIGEST_INVALID"),
    "LimitExceededException": (413, "SIZE_INVALID"),
    "RepositoryNotFoundException": (404, "NAME_UNKNOWN"),
    "UploadNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN"),
}


def refusal_of(status: int, code: str, message: str) -> OciError:
    """The refusal that says what the direct upload API has said. What may succeed a little later is 429."""
    if code in _OF_DIRECT_API:
        return OciError(*_OF_DIRECT_API[code], message)
    if status == 403:
        return OciError(403, "DENIED", message)
    if status in BUSY:
        return OciError(429, TOO_MANY, message, [("retry-after", "1")])
    return OciError(502, "UNKNOWN", message)
