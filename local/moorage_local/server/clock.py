"""A clock that tests can move forward. It decides what has expired; S3 and its presigned URLs keep the real time."""

import math
import time

from moorage import clock as moorage_clock

MAX_SECONDS = 10 * 366 * 24 * 3600
"""How far it can be moved: times stay within what ECR's clients can read."""


class ClockError(ValueError):
    """The clock cannot be moved like that; the message is for the caller."""


class MovableClock:
    """The real time and an offset that only grows."""

    def __init__(self) -> None:
        """It shows the real time at first."""
        self.offset_seconds = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset_seconds

    def advance(self, seconds: object) -> None:
        """Move it forward. Raises: ClockError if it is not a number, or moves the clock backwards or too far."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            raise ClockError("advanceSeconds must be a number")
        if not 0 <= seconds <= MAX_SECONDS - self.offset_seconds:
            raise ClockError(f"advanceSeconds must be between 0 and {MAX_SECONDS - self.offset_seconds:.0f}")
        self.offset_seconds += seconds

    def reset(self) -> None:
        """Show the real time again."""
        self.offset_seconds = 0.0

    def install(self) -> None:
        """Let everything of this process go by it. Call it before use cases are connected."""
        moorage_clock.now = self.now
