"""How an error is written on the wire; each protocol has a table of these."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """The wire form of an error class; `members` gives what the protocol declares beyond the message."""

    name: str
    status: int = 400
    members: Callable[[Any], dict[str, Any]] = lambda _: {}


SERVER_FAULT = ErrorShape("ServerException", 500)
"""For errors that no table has, and for those that an operation doesn't declare: the caller is told nothing of them."""
SERVER_FAULT_MESSAGE = "The registry could not answer this request; its operator's log says why"
