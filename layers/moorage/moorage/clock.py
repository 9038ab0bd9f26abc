"""The time that everything decides by. A local server puts its own clock here, which tests can move."""

import time
from collections.abc import Callable

now: Callable[[], float] = time.time
"""Seconds since the epoch. Read it through this module, after the entry point had its chance to replace it."""
