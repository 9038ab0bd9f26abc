"""Answers of the three protocols, whatever carried them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from moorage.wire.http import HttpResponse


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is on the wire; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of_response(cls, response: HttpResponse) -> Self:
        """What the ports' entry answers."""
        return cls(response.status, lowered(response.headers), response.content_bytes)

    @classmethod
    def of_proxy_result(cls, result: Mapping[str, Any]) -> Self:
        """What a Lambda function answers to API Gateway, as API Gateway reads it."""
        body = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
        return cls(result["statusCode"], lowered(result["headers"]), body)

    @property
    def text(self) -> str:
        """The body, which is text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body, read; None if it is empty."""
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        """The code of a refusal of the OCI API, in the specification's form."""
        (error,) = self.json["errors"]
        assert isinstance(error["message"], str)
        return str(error["code"])

    @property
    def location(self) -> str:
        """Where the client is sent."""
        return self.headers["location"]


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}
