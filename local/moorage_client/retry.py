"""How often a request is repeated, and how the user hears of it."""

import time
from collections.abc import Callable

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.5

Retrying = Callable[[str], None]
"""Called with one sentence before each repetition."""


def silently(_sentence: str) -> None:
    """Tell nobody."""


def wait_before_retry(attempt: int, reason: str, retrying: Retrying) -> None:
    """Tell why, and wait: 0.5 s after the first attempt (`attempt` is 0), then twice as long each time."""
    seconds = FIRST_PAUSE_SECONDS * 2**attempt
    retrying(f"{reason}; trying again in {seconds:g} s ({attempt + 2} of {ATTEMPTS})")
    time.sleep(seconds)
