"""Ports and readiness checks on 127.0.0.1. Nothing here listens on another interface."""

import json
import random
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 15_000, 32_000
"""Below Linux's ephemeral range (32768-60999), so that no outgoing connection uses a port that was just chosen."""

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
    """A port for each name: the ports in `file` if all are still free; else new ports, which are written there."""
    remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if list(remembered) != list(names) or not all(map(_is_free, remembered.values())):
        remembered = dict(zip(names, free_ports(len(names)), strict=True))
        file.write_text(json.dumps(remembered))
    return remembered


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
