"""Signatures for API Gateway's IAM authorizer: the service name is `execute-api`, whatever the client's service is.

boto3's ecr client signs for `ecr`, as its model says. Only this name must change.
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


def ecr_client(endpoint_url: str, **options: Any) -> Any:
    """boto3's ecr client, signing for API Gateway; the region is taken from the endpoint's host name if it has one."""
    if region := region_of(endpoint_url):
        options.setdefault("region_name", region)
    made = boto3.client("ecr", endpoint_url=endpoint_url, **options)
    made.meta.events.register("before-sign.ecr", _sign_for_api_gateway)
    return made


def _sign_for_api_gateway(request: AWSRequest, **_: Any) -> None:
    request.context.setdefault("signing", {}).update(signing_name=SERVICE)


def region_of(endpoint_url: str) -> str | None:
    """The region in an API Gateway host name; None for a custom domain."""
    match = _HOST_WITH_REGION.match(urlsplit(endpoint_url).hostname or "")
    return match[1] if match else None


class RequestSigner:
    """Signs plain HTTP requests with the credentials of boto3's usual sources."""

    def __init__(self, endpoint_url: str, session: boto3.Session | None = None) -> None:
        """Raises: botocore's NoCredentialsError or NoRegionError, if boto3 finds none."""
        session = session or boto3.Session()
        credentials, region = session.get_credentials(), region_of(endpoint_url) or session.region_name
        if credentials is None:
            raise NoCredentialsError
        if region is None:
            raise NoRegionError
        self._auth = SigV4Auth(credentials, SERVICE, region)

    def headers(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        """The given headers and the signature's headers. The URL's query must be percent-encoded."""
        request = AWSRequest(method, url, headers=dict(headers), data=body)
        self._auth.add_auth(request)
        return dict(request.headers.items())
