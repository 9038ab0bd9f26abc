"""A gateway with one route, which answers what it received."""

from collections.abc import Iterator

import pytest

from tests.support.gateway import STALL_SECONDS, Receiver, RunningGateway, running_gateway


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def gateway(receiver: Receiver) -> Iterator[RunningGateway]:
    with running_gateway([receiver], stall_seconds=STALL_SECONDS) as running:
        yield running
