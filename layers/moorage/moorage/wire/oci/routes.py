"""Which operation a method and a path of the OCI protocol name (OCI Distribution Specification, "Endpoints").

A repository's name has slashes, so a route is found from its end: the longest name wins.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from moorage.domain.errors import UnknownOperationError

_NAME = r"/v2/(?P<repositoryName>.+)"
ROUTES: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = tuple(
    (re.compile(pattern), methods)
    for pattern, methods in (
        (r"/v2/?", {"GET": "GetApiVersion", "HEAD": "GetApiVersion"}),
        (r"/v2/token", {"GET": "GetToken", "POST": "GetToken"}),
        (r"/v2/_catalog", {"GET": "ListRepositories"}),
        (_NAME + r"/tags/list", {"GET": "ListTags"}),
        (
            _NAME + r"/manifests/(?P<reference>[^/]+)",
            {
                "GET": "GetManifest",
                "HEAD": "GetManifestProperties",
                "PUT": "PutManifest",
                "DELETE": "DeleteManifest",
            },
        ),
        (_NAME + r"/referrers/(?P<subject>[^/]+)", {"GET": "ListReferrers"}),
        (_NAME + r"/blobs/uploads/?", {"POST": "StartBlobUpload"}),
        (
            _NAME + r"/blobs/uploads/(?P<session>[^/]+)",
            {
                "GET": "GetBlobUploadStatus",
                "PATCH": "AppendToBlobUpload",
                "PUT": "CompleteBlobUpload",
                "DELETE": "CancelBlobUpload",
            },
        ),
        (
            _NAME + r"/blobs/(?P<layerDigest>[^/]+)",
            {"GET": "GetBlob", "HEAD": "GetBlobProperties", "DELETE": "DeleteBlob"},
        ),
    )
)
"""The first route that matches is used."""


class MethodNotAllowedError(UnknownOperationError):
    """The path exists, with other methods; `allowed` lists them."""

    def __init__(self, method: str, path: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method} {path}")
        self.allowed = allowed


def find_route(method: str, path: str) -> tuple[str, Mapping[str, str]]:
    """The operation's name, and the members that the path holds.

    Raises: MethodNotAllowedError, UnknownOperationError.
    """
    for pattern, operations in ROUTES:
        if not (matched := pattern.fullmatch(path)):
            continue
        if method not in operations:
            raise MethodNotAllowedError(method, path, tuple(operations))
        return operations[method], {name: unquote(text) for name, text in matched.groupdict().items()}
    raise UnknownOperationError(f"{method} {path}")
