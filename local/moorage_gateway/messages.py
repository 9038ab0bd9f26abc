"""Answers that come from no function."""

import json

from moorage_gateway.exchange import Answer


def message_answer(status: int, text: str) -> Answer:
    """An answer in API Gateway's form."""
    return Answer(status, [("content-type", "application/json")], json.dumps({"message": text}).encode())
