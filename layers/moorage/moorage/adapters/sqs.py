"""The completion queue: completions are handed over as CompleteLayerUpload requests.

Messages that can never succeed become dead letters.
"""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from moorage.adapters.aws_errors import translated_errors
from moorage.domain.uploads.completion import CompleteLayerUpload

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY_SECONDS = 900
"""DelaySeconds of a message (SQS Developer Guide, message quotas)."""


class SqsCompletions:
    """Implements the port `CompletionQueue`; either queue may be missing.

    The client is created with the first message: most processes send none, and their start should be fast.
    """

    def __init__(
        self, make_client: Callable[[], "SQSClient"], queue_url: str | None, dead_letter_url: str | None
    ) -> None:
        self._client = cache(make_client)
        self._queue_url = queue_url
        self._dead_letter_url = dead_letter_url

    def enqueue(self, request: CompleteLayerUpload, delay_seconds: float = 0.0) -> None:
        """SendMessage with the request in the form that every producer uses, and the number of hand-overs."""
        if not self._queue_url:
            return
        body = {
            "registryId": request.upload.repository.registry_id,
            "repositoryName": request.upload.repository.name,
            "uploadId": request.upload.upload_id,
            "layerDigests": list(request.layer_digests),
            "handOvers": request.hand_overs + 1,
        }
        delay = min(max(math.ceil(delay_seconds), 0), MAX_DELAY_SECONDS)
        with translated_errors():
            self._client().send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body), DelaySeconds=delay)

    def dead_letter(self, message: str, reason: str, explanation: str) -> bool:
        """SendMessage with the unchanged message, and the reason in its attributes."""
        if not self._dead_letter_url:
            return False
        with translated_errors():
            self._client().send_message(
                QueueUrl=self._dead_letter_url,
                MessageBody=message,
                MessageAttributes={
                    "reason": {"DataType": "String", "StringValue": reason},
                    "explanation": {"DataType": "String", "StringValue": explanation},
                },
            )
        return True
