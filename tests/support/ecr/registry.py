"""The ECR function of the checkout in this process, an unmodified boto3 client of it, and a tap on its AWS calls."""

import json
from pathlib import Path
from typing import Any

from moorage.adapters.dynamodb.item import connection
from moorage_local.lambda_runtime.functions import Function, load

from tests.support.aws_requests import AwsRequests
from tests.support.driver.answers import Answer
from tests.support.driver.transports import ecr_client, to_function
from tests.support.ecr.model import require_modelled
from tests.support.faults.injection import Injector
from tests.support.layers import digest_of

FUNCTION = Path(__file__).parents[3] / "functions" / "ecr_api"
MIB = 1024 * 1024


class Registry:
    """The function, loaded as Lambda does in its init phase, with the environment as it is now."""

    def __init__(self) -> None:
        self._function: Function = load(FUNCTION)
        ports = self._function.module.ports
        self.aws_clients = [ports.content._client, connection().client]
        self.faults = Injector(self.aws_clients)
        self.requests = AwsRequests(self.aws_clients).during
        """The HTTP requests that go to S3 and DynamoDB during a block."""
        self.transport = to_function(self.invoke)
        self.ecr = ecr_client(self.transport)

    def invoke(self, event: Any) -> Any:
        """Hand the function one event; whatever it answers has to be as the model says."""
        answered = self._function(event)
        operation = event.get("headers", {}).get("x-amz-target", "").rpartition(".")[2]
        require_modelled(operation, answered["statusCode"], json.loads(answered["body"]))
        return answered

    def ask(self, event: Any) -> Answer:
        """The same, read."""
        return Answer.of_proxy_result(self.invoke(event))

    def send(self, repository: str, upload_id: str, first_byte: int, blob: bytes) -> Any:
        """UploadLayerPart."""
        return self.ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload_id,
            partFirstByte=first_byte,
            partLastByte=first_byte + len(blob) - 1,
            layerPartBlob=blob,
        )

    def upload(self, repository: str, *parts: bytes) -> str:
        """A new upload that has received these parts; its id."""
        upload_id: str = self.ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        first_byte = 0
        for part in parts:
            self.send(repository, upload_id, first_byte, part)
            first_byte += len(part)
        return upload_id

    def complete(self, repository: str, upload_id: str, *digests: str) -> Any:
        """CompleteLayerUpload."""
        return self.ecr.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=list(digests))

    def push(self, repository: str, content: bytes) -> str:
        """A layer of one part; its digest."""
        self.complete(repository, self.upload(repository, content), digest_of(content))
        return digest_of(content)
