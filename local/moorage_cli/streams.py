"""Standard streams as a command needs them, whatever the shell or the locale made of them."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Literal


def make_usable() -> None:
    """Open closed streams on /dev/null, and let no character that the locale lacks raise an error.

    A closed descriptor would be taken by the next file that is opened, and what is printed would end up in it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or _null("r")
    sys.stdout = sys.__stdout__ = sys.stdout or _null("w")  # type: ignore[assignment,misc]
    sys.stderr = sys.__stderr__ = sys.stderr or _null("w")  # type: ignore[assignment,misc]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _null(mode: Literal["r", "w"]) -> TextIOWrapper:
    return Path(os.devnull).open(mode, encoding="utf-8")  # it stays open as long as the process
