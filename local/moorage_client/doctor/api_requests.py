"""Requests to the stack's API as they are, so that an answer of API Gateway is told from one of the function."""

import json
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError, NoRegionError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from moorage_client.doctor.deployed import Deployed
from moorage_client.signing import SERVICE, region_of

INVOKE = "execute-api:Invoke"
_TARGET = "AmazonEC2ContainerRegistry_V20150921"
_TIMEOUT_SECONDS = 35
"""Longer than API Gateway's limit for an answer (30 s)."""


def send(
    stack: Deployed,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    credentials: Credentials | None = None,
    is_signed: bool = True,
) -> AWSResponse:
    """One request, signed with boto3's credentials or the given ones; the answer, whatever its status.

    Raises: botocore's errors.
    """
    session, url = botocore.session.get_session(), f"{stack.outputs['Endpoint']}{path}"
    request = AWSRequest(method, url, headers=dict(headers or {}), data=body)
    if is_signed:
        credentials = credentials or session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        region = region_of(url) or session.get_config_variable("region")
        if region is None:
            raise NoRegionError
        SigV4Auth(credentials, SERVICE, region).add_auth(request)
    verify = session.get_config_variable("ca_bundle") or True
    http = URLLib3Session(verify=verify, proxies=get_environ_proxies(url), timeout=_TIMEOUT_SECONDS)
    return http.send(request.prepare())


def call(
    stack: Deployed, path: str, operation: str, credentials: Credentials | None = None, **members: Any
) -> tuple[int, dict[str, Any]]:
    """One operation of ECR's API: status and JSON body, which is empty if the answer is not JSON."""
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"{_TARGET}.{operation}"}
    response = send(stack, "POST", path, json.dumps(members).encode(), headers, credentials=credentials)
    try:
        answered = json.loads(response.content)
    except ValueError:
        answered = {}
    return response.status_code, answered if isinstance(answered, dict) else {}


def is_from_function(status: int, answered: Mapping[str, Any]) -> bool:
    """Whether the request reached the function: its errors have a type. IAM's have none, or name IAM's action."""
    return status < 400 or ("__type" in answered and INVOKE not in str(answered.get("message", "")))
