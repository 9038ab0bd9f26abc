"""Ports and readiness checks on 127.0.0.1. Nothing here listens on another interface."""

import json
import random
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 15_000, 32_000
"""Below Linux's ephemeral range (32768-60999), so that no outgoing connection uses a port that was just chosen."""

RELEASE_SECONDS = 5.0
"""How long remembered ports may take to become free."""

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports(count: int) -> list[int]:
    """Choose free ports. They are random, so that two stacks that start together rarely choose the same one."""
    ports: list[int] = []
    for port in random.SystemRandom().sample(range(FIRST_PORT, LAST_PORT), LAST_PORT - FIRST_PORT):
        if _is_free(port):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise OSError(f"no {count} free ports between {FIRST_PORT} and {LAST_PORT}")


def remembered_ports(file: Path, names: Sequence[str]) -> dict[str, int]:
    """A port for each name: those written in `file` if all of them are free, else new ones, written there.

    Engines of a server that was just killed hold theirs for a moment longer: that moment is waited for.
    """
    remembered = _read_ports(file)
    if list(remembered) != list(names) or not _all_free_soon(remembered.values()):
        remembered = dict(zip(names, free_ports(len(names)), strict=True))
        file.write_text(json.dumps(remembered))
    return remembered


def _read_ports(file: Path) -> dict[str, int]:
    """None where the file is missing, or was cut off while it was written."""
    try:
        ports: dict[str, int] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return ports


def _all_free_soon(ports: Iterable[int]) -> bool:
    deadline = time.monotonic() + RELEASE_SECONDS
    while not all(map(_is_free, ports)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers can listen on a port whose last connections are still in TIME_WAIT; so this check must allow it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def url(port: int) -> str:
    """The base URL of a local server."""
    return f"http://{HOST}:{port}"


def answers(address: str, *, containing: bytes = b"") -> bool:
    """Whether a GET answers 2xx and these bytes. It uses no proxy."""
    try:
        with _OPENER.open(address, timeout=2) as response:
            return containing in response.read()
    except (urllib.error.URLError, OSError):
        return False


def post(address: str, content: object) -> None:
    """Send JSON and expect a 2xx. Raises: OSError."""
    request = urllib.request.Request(address, json.dumps(content).encode())  # noqa: S310 - our own process
    with _OPENER.open(request, timeout=30) as response:
        response.read()
