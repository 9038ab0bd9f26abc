"""Events on the bus: ten at a time, and a refusal of any of them is an error, so that the stream delivers again."""

import json
from typing import Any

import pytest
from moorage.adapters.eventbridge import PUT_TOGETHER, EventBridgeAnnouncements
from moorage.domain.errors import UnavailableError
from moorage.domain.events import RegistryEvent

EVENTS = [RegistryEvent("ECR Image Action", {"number": number}) for number in range(PUT_TOGETHER + 1)]


class Bus:
    """Remembers the entries of each call; refuses those with these numbers, as EventBridge does: in a 200."""

    def __init__(self, *refused: int) -> None:
        self.refused = set(refused)
        self.calls: list[list[Any]] = []

    def put_events(self, **members: Any) -> dict[str, Any]:
        self.calls.append(members["Entries"])
        numbers = {json.loads(entry["Detail"])["number"] for entry in members["Entries"]}
        return {"FailedEntryCount": len(self.refused & numbers)}


def publish(bus: Any, name: str | None = "bus") -> None:
    EventBridgeAnnouncements(bus, name).publish(EVENTS)


def test_ten_events_are_put_together():
    bus = Bus()
    publish(bus)
    assert [len(entries) for entries in bus.calls] == [PUT_TOGETHER, 1]
    assert bus.calls[1] == [
        {
            "Source": "moorage",
            "DetailType": "ECR Image Action",
            "Detail": json.dumps(EVENTS[-1].detail),
            "EventBusName": "bus",
        }
    ]


@pytest.mark.parametrize("refused", [0, PUT_TOGETHER])
def test_one_event_that_the_bus_refuses_is_an_error(refused: int):
    with pytest.raises(UnavailableError, match="refused 1 events"):
        publish(Bus(refused))


def test_without_a_bus_nothing_is_sent():
    bus = Bus()
    publish(bus, None)
    assert bus.calls == []
