"""A function that runs on a schedule: EventBridge's part, in a thread."""

from moorage_local.lambda_runtime.background import Worker
from moorage_local.lambda_runtime.functions import Function

EVENT = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
"""What the function gets (EventBridge User Guide, "Scheduled rules"), as far as anything reads it."""


class Schedule(Worker):
    """Invokes a function again and again."""

    def __init__(self, function: Function, pause_seconds: float) -> None:
        super().__init__(f"schedule of {function.name}", pause_seconds)
        self._function = function

    def turn(self) -> None:
        """One invocation, unless the server is stopping: the next start continues."""
        if not self.stopping.is_set():
            self._function(EVENT)
