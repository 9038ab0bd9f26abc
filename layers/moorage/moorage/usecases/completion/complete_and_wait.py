"""CompleteLayerUpload for a caller that can only ask again: it waits where another worker is at the same upload.

SDKs repeat a 503 a few times within seconds. A verification that the queue's worker has taken over may take longer:
each repetition spends its whole budget here, so that a few of them outlast it.
"""

from moorage.domain.completion import CompleteLayerUpload
from moorage.domain.errors import VerificationUnderWayError
from moorage.usecases.completion.complete_layer_upload import CompletedLayer, complete_layer_upload
from moorage.usecases.ports import Ports

PAUSE_SECONDS = 1.0


def complete_patiently(command: CompleteLayerUpload, ports: Ports) -> CompletedLayer:
    """Commit the layer, or see it committed; raises what complete_layer_upload raises."""
    until = ports.now() + ports.limits.verification.budget_seconds
    while True:
        try:
            return complete_layer_upload(command, ports, until)
        except VerificationUnderWayError as pending:
            if pending.leased_until is None or ports.now() + PAUSE_SECONDS > until:
                raise
            ports.pause(PAUSE_SECONDS)
