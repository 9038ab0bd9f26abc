"""Confirms that layers exist. A client can rely on a confirmation for at least half of the unused layers' period.

Layers that no image uses are unlinked once the period has passed since they were pushed or last confirmed
(usecases/lifecycle/_unlink_unused_layers.py). In the first half of the period, a confirmation writes nothing.
"""

from collections.abc import Collection

from moorage.domain.layer import Layer
from moorage.usecases.ports import Ports


def confirm_layers(layers: Collection[Layer], ports: Ports) -> list[Layer]:
    """Those of a repository's layers that are still there; up to 100. One request if the period of any is half over."""
    period, now = ports.limits.unused_layer_seconds, ports.now()
    due = [layer for layer in layers if period and now >= layer.confirmed_at + period / 2]
    confirmed = ports.catalog.confirm(due, now) if due else frozenset()
    return [layer for layer in layers if layer not in due or layer.digest in confirmed]
