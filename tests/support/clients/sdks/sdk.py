"""What every AWS SDK under test can do: call an operation, read all pages of a listing, fetch a URL."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from moorage_local.stack.environment import REGION

CHECKOUT = Path(__file__).parents[4]
INSTALL = "tools/install_clients.sh"
TIMEOUT_SECONDS = 240
Members = dict[str, Any]


class SdkError(Exception):
    """What the SDK raised: the exception's name, its message, and the other members that the SDK shows."""

    def __init__(self, code: str, message: str, members: Members) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.members = members


@dataclass
class Sdk(ABC):
    """An AWS SDK, unmodified. `home` is a directory of its own; `url` is the registry's."""

    home: Path
    url: str
    endpoint_variable: str = "AWS_ENDPOINT_URL_ECR"
    """The one variable by which the SDK finds the registry."""
    credentials: tuple[str, str] = ("any", "thing")
    """An access key's id and secret."""
    name: ClassVar[str]
    at_once: ClassVar[int] = 10
    """How many requests tests send at the same time."""

    def __post_init__(self) -> None:
        self.start()

    @abstractmethod
    def start(self) -> None:
        """Make the client or begin the process; AssertionError if it is not installed."""

    @abstractmethod
    def call(self, operation: str, **members: Any) -> Members:
        """The operation's answer. Members that are bytes are blobs.

        Raises: SdkError.
        """

    @abstractmethod
    def all_of(self, operation: str, member: str, page_size: int, **members: Any) -> list[Any]:
        """The items of all pages of a listing, by the SDK's own paginator."""

    @abstractmethod
    def download(self, url: str) -> bytes:
        """The content of a URL, fetched as users of this SDK do it."""

    def next_byte(self, error: SdkError) -> int:
        """Where an upload continues after InvalidLayerPartException."""
        return int(error.members["lastValidByteReceived"]) + 1

    def stop(self) -> None:  # noqa: B027 - most leave nothing
        """End what the SDK left running."""

    def environment(self) -> dict[str, str]:
        """The registry's address, and nothing of this machine's settings."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "AWS_ACCESS_KEY_ID": self.credentials[0],
            "AWS_SECRET_ACCESS_KEY": self.credentials[1],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            self.endpoint_variable: self.url,
        }
