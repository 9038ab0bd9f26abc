"""Events on an EventBridge bus."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from moorage.adapters.aws_errors import translated_errors
from moorage.domain.errors import UnavailableError
from moorage.domain.events import SOURCE, RegistryEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

PUT_TOGETHER = 10
"""Entries in one PutEvents call (EventBridge quotas)."""


class EventBridgeAnnouncements:
    """Implements the port `Announcements`; without a bus nothing is published."""

    def __init__(self, client: "EventBridgeClient", bus_name: str | None) -> None:
        self._client = client
        self._bus_name = bus_name

    def publish(self, events: Sequence[RegistryEvent]) -> None:
        """PutEvents. Raises: UnavailableError if the bus refused an event."""
        if not self._bus_name:
            return
        for first in range(0, len(events), PUT_TOGETHER):
            with translated_errors():
                answer = self._client.put_events(
                    Entries=[
                        {
                            "Source": SOURCE,
                            "DetailType": event.detail_type,
                            "Detail": json.dumps(event.detail),
                            "EventBusName": self._bus_name,
                        }
                        for event in events[first : first + PUT_TOGETHER]
                    ]
                )
            if answer["FailedEntryCount"]:
                raise UnavailableError(f"the event bus refused {answer['FailedEntryCount']} events")
