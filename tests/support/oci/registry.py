"""The OCI function of the checkout in this process, requests to it as HTTP would bring them, and its AWS calls."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from moorage.adapters.dynamodb.item import connection
from moorage.domain.policy.request import ITSELF
from moorage_local.lambda_runtime.functions import load

from tests.support.aws_requests import AwsRequests
from tests.support.faults.injection import Injector
from tests.support.http_api import OWNER_ARN, event

FUNCTION = Path(__file__).parents[3] / "functions" / "oci_api"


@dataclass(frozen=True)
class Answer:
    """An answer as it is on the wire; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(json.loads(self.body)["errors"][0]["code"])

    @property
    def location(self) -> str:
        """Where the client is sent."""
        return self.headers["location"]


class OciRegistry:
    """The function, loaded as Lambda does in its init phase, with the environment as it is now."""

    def __init__(self) -> None:
        self._function = load(FUNCTION)
        ports = self._function.module.ports
        self.ports = replace(ports, access=ITSELF)
        self.aws_clients = [ports.content._client, connection().client]
        self.faults = Injector(self.aws_clients)
        self.requests = AwsRequests(self.aws_clients).during
        """The HTTP requests that go to S3 and DynamoDB during a block."""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request of the registry's owner; `_` in the name of a header stands for `-`."""
        return self.ask_as(OWNER_ARN, method, path, body, **headers)

    def ask_as(self, arn: str, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """The same of whoever API Gateway names by this ARN; "" is an anonymous caller."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Length", str(len(body)))
        answered: dict[str, Any] = self._function(event(method, path, named, body, arn))
        lowered = {name.lower(): value for name, value in answered["headers"].items()}
        return Answer(answered["statusCode"], lowered, answered["body"])

    def start(self, repository: str) -> str:
        """A new session; its location."""
        return self.ask("POST", f"/v2/{repository}/blobs/uploads/").location
