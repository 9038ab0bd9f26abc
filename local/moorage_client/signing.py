"""Signatures for API Gateway's IAM authorizer: the service name is `execute-api`, whatever the client's service is.

boto3's ecr client signs for `ecr`, as its model says. Besides that name, the path changes: a request that names one
repository goes to `POST /r/{operation}/{repository}`, so that an IAM policy can restrict access to repositories.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import NoCredentialsError, NoRegionError

from moorage_client.endpoint import is_loopback, parse_endpoint

SERVICE = "execute-api"
_CONFIG = Config(connect_timeout=5, read_timeout=35, retries={"mode": "standard", "total_max_attempts": 3})
_PLAIN_NAME = re.compile(r"[a-z0-9._/-]+")
_HOST_WITH_REGION = re.compile(r"[^.]+\.execute-api\.([a-z0-9-]+)\.")


def ecr_client(endpoint_url: str, **options: Any) -> Any:
    """boto3's ecr client, signing for API Gateway; the region is taken from the endpoint's host name if it has one."""
    if region := region_of(endpoint_url):
        options.setdefault("region_name", region)
    made = boto3.client("ecr", endpoint_url=endpoint_url, **options)
    made.meta.events.register("before-sign.ecr", _sign_for_api_gateway)
    made.meta.events.register("before-call.ecr", _name_repository_in_path)
    return made


def client_of_user(endpoint: str) -> Any:
    """boto3's ecr client with its usual credentials.

    An endpoint on this machine may be open: it is asked without a signature if there are no credentials.

    Raises: EndpointError, and botocore's errors.
    """
    endpoint, config, options = parse_endpoint(endpoint), _CONFIG, dict[str, Any]()
    if is_loopback(endpoint):
        options["region_name"] = boto3.Session().region_name or "us-east-1"
        if boto3.Session().get_credentials() is None:
            config = config.merge(Config(signature_version=UNSIGNED))
    return ecr_client(endpoint, config=config, **options)


def _name_repository_in_path(model: Any, params: dict[str, Any], **_: Any) -> None:
    repository = _only_repository(model.input_shape.members, json.loads(params["body"]))
    if repository:
        scheme, host, path, query, fragment = urlsplit(params["url"])
        path = f"{path.rstrip('/')}/r/{model.name}/{repository}"
        params |= {"url": urlunsplit((scheme, host, path, query, fragment)), "url_path": path}


def _only_repository(members: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    """The one repository that a request names; None if it names none or several, or one that needs escaping."""
    named = ""
    if "repositoryName" in members:
        named = body.get("repositoryName", "")
    elif "resourceArn" in members:
        named = body.get("resourceArn", "").partition(":repository/")[2]
    elif len(body.get("repositoryNames", ())) == 1:
        named = body["repositoryNames"][0]
    return named if _PLAIN_NAME.fullmatch(named) else None


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
