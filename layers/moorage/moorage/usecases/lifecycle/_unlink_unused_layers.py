"""Unlinks the layers of a repository that no image uses and that were not pushed or confirmed for a period.

A pusher checks which layers are there, then puts an image that names them. A check within the last half of the period
prolongs it (usecases/layers/batch_check_layer_availability.py), so such a pusher has at least half of it. One that is
slower is told LayersNotFound and pushes the layer again.
"""

from moorage.domain.errors import MoorageError
from moorage.domain.repositories.repository import Repository
from moorage.usecases.lifecycle._carry_out_policy import Tally
from moorage.usecases.ports.lifecycle import LifecyclePorts


def unlink_unused_layers(repository: Repository, deadline: float, tally: Tally, ports: LifecyclePorts) -> bool:
    """Unlink them; False if the deadline came before all were checked."""
    unused_since = ports.now() - ports.unused_layer_seconds
    for page in ports.unused_layers.candidates(repository, unused_since, ports.now()):
        for layer in page:
            if ports.now() >= deadline:
                return False
            try:
                is_unlinked = ports.unused_layers.unlink(repository, layer, unused_since, ports.now())
                tally.add(unlinked_layers=int(is_unlinked))
            except MoorageError:
                tally.add(failed_images=1)
    return True
