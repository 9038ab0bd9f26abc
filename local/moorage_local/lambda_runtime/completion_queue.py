"""The completion queue and its event source mapping: messages reach functions/complete_uploads."""

import logging
from collections.abc import Mapping
from typing import Any

from moorage_local.lambda_runtime.background import Worker
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.environment import REGION, registry_id
from moorage_local.stack.resources import client

WAIT_SECONDS = 1
"""Long polling, which is also the longest time that a stop may take."""
RETRY_AFTER_SECONDS = 5
"""In AWS a failed message is delivered again after its visibility timeout. Here the wait is shorter."""

logger = logging.getLogger(__name__)


class CompletionQueue(Worker):
    """Passes messages to the function in batches, and deletes those that succeeded. The others are delivered again."""

    def __init__(self, queue_url: str, variables: Mapping[str, str], function: Function) -> None:
        """`queue_url` is that of MOORAGE_COMPLETION_QUEUE_URL."""
        super().__init__("completion queue", 0.0)
        self._sqs = client("sqs", variables)
        self._url = queue_url
        self._function = function

    def turn(self) -> None:
        """One batch."""
        if self.stopping.is_set():
            return  # messages stay in the queue until they succeed
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=1,  # like BatchSize in template.yaml: one layer may need the function's whole time
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        failed = self._failed(messages)
        for message in messages:
            receipt = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=RETRY_AFTER_SECONDS
                )
            else:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        """The ids of the messages that must be delivered again."""
        try:
            answer = self._function({"Records": [self._record(message) for message in messages]}) or {}
        except Exception:
            logger.exception("The function %s failed", self._function.name)
            return {message["MessageId"] for message in messages}
        return {failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [])}

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message in Lambda's form (Lambda developer guide, "Using Lambda with Amazon SQS")."""
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {member[0].lower() + member[1:]: content for member, content in value.items()}
                for name, value in attributes.items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{registry_id()}:{self._url.rpartition('/')[2]}",
            "awsRegion": REGION,
        }
