"""JSON in requests and messages, read once for every protocol."""

import json
from typing import Any

from moorage.domain.errors import MalformedRequestError


def read_json(text: str | bytes, what: str = "body") -> Any:
    """The value; `what` names the text in the refusal. An empty text is an empty object.

    Raises: MalformedRequestError.
    """
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"The {what} is not JSON: {error}") from error


def read_json_object(text: str | bytes, what: str = "body") -> dict[str, Any]:
    """The same, if it is an object.

    Raises: MalformedRequestError.
    """
    value = read_json(text, what)
    if not isinstance(value, dict):
        raise MalformedRequestError(f"The {what} is not a JSON object")
    return value
