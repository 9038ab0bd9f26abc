"""The clock of the whole program. A local server replaces it by a clock that tests can move."""

import time
from collections.abc import Callable

now: Callable[[], float] = time.time
"""Seconds since the epoch. Always call it as `clock.now`, because an entry point may replace it."""
