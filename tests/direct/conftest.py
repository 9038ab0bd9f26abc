"""A registry on the embedded engines with small ranges and checkpoints, so that small layers take many of both.

Functions call AWS only as their roles in template.yaml allow.
"""

import pytest
from moorage_local.stack.stack import Stack

from tests.support.direct.registry import MIB, DirectRegistry
from tests.support.template.permitted import aws_calls, only_permitted_calls

__all__ = ["aws_calls", "only_permitted_calls", "registry"]

SMALL = {
    "MOORAGE_DIRECT_PART_BYTES": str(8 * MIB),
    "MOORAGE_RANGE_BYTES": str(MIB),
    "MOORAGE_RANGES_IN_FLIGHT": "2",
    "MOORAGE_CHECKPOINT_BYTES": str(8 * MIB),
    "MOORAGE_LEASE_SECONDS": "3",
}


@pytest.fixture
def registry(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> DirectRegistry:
    """On resources of the test's own."""
    for name, value in SMALL.items():
        monkeypatch.setenv(name, value)
    return DirectRegistry(stack)
