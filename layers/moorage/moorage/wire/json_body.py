"""JSON in requests and messages, read once for every protocol."""

import json
import re
from typing import Any

from moorage.domain.errors import MalformedRequestError

_LARGE_BYTES = 64 * 1024
_PLACEHOLDER = b"moorage-large-string"


def read_json(text: str | bytes | bytearray, what: str = "body") -> Any:
    """The value; `what` names the text in the refusal. An empty text is an empty object.

    Raises: MalformedRequestError.
    """
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"The {what} is not JSON: {error}") from error


def read_json_object(text: str | bytes | bytearray, what: str = "body") -> dict[str, Any]:
    """The same, if it is an object.

    Raises: MalformedRequestError.
    """
    value = read_json(text, what)
    if not isinstance(value, dict):
        raise MalformedRequestError(f"The {what} is not a JSON object")
    return value


def read_json_with_blob(text: str | bytes | bytearray, member: str) -> Any:
    """The same as `read_json`, but a large blob stays where it is: the object's `member` is a view of its base64.

    A layer part is 28 MB of base64. Making a string of it costs 100 ms and twice its size in memory.
    Raises: MalformedRequestError.
    """
    if isinstance(text, str) or len(text) < _LARGE_BYTES:
        return read_json(text)
    found = re.search(rb'"%s"[ \t\r\n]*:[ \t\r\n]*"' % member.encode(), text)
    end = text.find(b'"', found.end()) if found else -1
    if found is None or end < 0 or text.find(b"\\", found.end(), end) >= 0:
        return read_json(text)
    value = read_json(text[: found.end()] + _PLACEHOLDER + text[end:])
    if not isinstance(value, dict) or value.get(member) != _PLACEHOLDER.decode():
        return read_json(text)  # the member of something else, or given twice
    value[member] = memoryview(text)[found.end() : end]
    return value
