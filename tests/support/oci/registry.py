"""The OCI function of the checkout in this process, requests to it as HTTP would bring them, and its AWS calls."""

from dataclasses import replace
from pathlib import Path

from moorage.adapters.dynamodb.item import connection
from moorage.domain.policy.request import ITSELF
from moorage_local.lambda_runtime.functions import load

from tests.support.aws_requests import AwsRequests
from tests.support.callers import caller
from tests.support.driver.answers import Answer
from tests.support.driver.requests import OWNER, oci_request
from tests.support.driver.transports import to_function
from tests.support.faults.injection import Injector

FUNCTION = Path(__file__).parents[3] / "functions" / "oci_api"


class OciRegistry:
    """The function, loaded as Lambda does in its init phase, with the environment as it is now."""

    def __init__(self) -> None:
        function = load(FUNCTION)
        ports = function.module.ports
        self._send = to_function(function)
        self.ports = replace(ports, access=ITSELF)
        self.aws_clients = [ports.content._client, connection().client]
        self.faults = Injector(self.aws_clients)
        self.requests = AwsRequests(self.aws_clients).during
        """The HTTP requests that go to S3 and DynamoDB during a block."""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request of the registry's owner; `_` in the name of a header stands for `-`."""
        return self.ask_as(OWNER.arn, method, path, body, **headers)

    def ask_as(self, arn: str, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """The same of whoever API Gateway names by this ARN; "" is an anonymous caller."""
        return self._send(oci_request(method, path, body, **headers).by(caller(arn)))

    def start(self, repository: str) -> str:
        """A new session; its location."""
        return self.ask("POST", f"/v2/{repository}/blobs/uploads/").location
