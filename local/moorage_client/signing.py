"""Signatures that API Gateway's IAM authorizer takes: for the service `execute-api`, whatever the client is made for.

boto3's ecr client signs for `ecr`, as its model says; nothing else about it has to change.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError, NoRegionError

SERVICE = "execute-api"
_HOST_WITH_REGION = re.compile(r"[^.]+\.execute-api\.([a-z0-9-]+)\.")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def ecr_client(endpoint_url: str, **options: Any) -> Any:
    """boto3's ecr client, signing for API Gateway; the region is the endpoint's own where its name has one."""
    if region := region_of(endpoint_url):
        options.setdefault("region_name", region)
    made = boto3.client("ecr", endpoint_url=endpoint_url, **options)
    made.meta.events.register("before-sign.ecr", _sign_for_api_gateway)
    return made


def _sign_for_api_gateway(request: AWSRequest, **_: Any) -> None:
    request.context.setdefault("signing", {}).update(signing_name=SERVICE)


def region_of(endpoint_url: str) -> str | None:
    """The region in an API Gateway host name; None for a name of your own."""
    match = _HOST_WITH_REGION.match(urlsplit(endpoint_url).hostname or "")
    return match[1] if match else None


def is_loopback(endpoint_url: str) -> bool:
    """Whether the endpoint is on this machine, where nobody checks signatures and there may be no credentials."""
    return urlsplit(endpoint_url).hostname in _LOOPBACK


class RequestSigner:
    """Signs plain HTTP requests with the credentials of boto3's usual sources."""

    def __init__(self, endpoint_url: str, session: boto3.Session | None = None) -> None:
        """NoCredentialsError or NoRegionError of botocore, where boto3 finds neither."""
        session = session or boto3.Session()
        credentials, region = session.get_credentials(), region_of(endpoint_url) or session.region_name
        if credentials is None:
            raise NoCredentialsError
        if region is None:
            raise NoRegionError
        self._auth = SigV4Auth(credentials, SERVICE, region)

    def headers(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        """`headers` and those that make up the signature; the URL's query is percent-encoded."""
        request = AWSRequest(method, url, headers=dict(headers), data=body)
        self._auth.add_auth(request)
        return dict(request.headers.items())
