"""A tap on the HTTP requests that AWS clients send."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class AwsRequests:
    """Notes the requests of these clients while somebody asks for them."""

    def __init__(self, clients: Sequence[Any]) -> None:
        self._noted: list[str] = []
        for client in clients:
            client.meta.events.register_first("before-send", self._note)

    @contextmanager
    def during(self) -> Iterator[list[str]]:
        """The requests that are sent meanwhile, as "PutItem", "UploadPart" …, repetitions too."""
        noted: list[str] = []
        self._noted = noted
        yield noted
        self._noted = []

    def _note(self, event_name: str, **_: Any) -> None:
        self._noted.append(event_name.rpartition(".")[2])
