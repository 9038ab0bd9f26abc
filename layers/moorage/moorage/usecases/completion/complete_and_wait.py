"""CompleteLayerUpload for the API: if another worker is verifying the same upload, it waits.

SDKs repeat a 503 a few times within seconds. A verification that the queue's worker has taken over may take longer:
each repetition spends its whole budget here, so that a few of them outlast it.
"""

from moorage.domain.errors import VerificationInProgressError
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.usecases.completion.complete_layer_upload import CompletedLayer, complete_layer_upload
from moorage.usecases.ports import Ports

PAUSE_SECONDS = 1.0


def complete_and_wait(command: CompleteLayerUpload, ports: Ports) -> CompletedLayer:
    """Commit the layer, or see it committed; raises what complete_layer_upload raises."""
    deadline = ports.now() + ports.limits.verification.budget_seconds
    while True:
        try:
            return complete_layer_upload(command, ports, deadline)
        except VerificationInProgressError as pending:
            if pending.leased_until is None or ports.now() + PAUSE_SECONDS > deadline:
                raise
            ports.sleep(PAUSE_SECONDS)
