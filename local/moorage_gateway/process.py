"""What a server process sets up first: its port, its log, and how it gives memory back. It imports little."""

import ctypes
import logging
import socket

LOOPBACK = "127.0.0.1"
ACCESS_LOGGER = "moorage.access"
"""The logger of access_log.py."""
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""Parameters of mallopt(3)."""
_LARGE_BYTES = 512 * 1024
_ARENAS = 2


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """Bind the port (0: any free one). Call it before starting anything else, so that a port in use fails at once.

    Raises: OSError with a sentence that says what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"port {port} of {host}: {error.strerror}; --port N (make serve PORT=N) takes another") from error
    return listener


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The base URL at which this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - a comparison
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def log_to_stderr(level: str) -> None:
    """Write what the server logs at this level or above to stderr; `info` has a line for each request."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in (ACCESS_LOGGER, "moorage_gateway"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level.upper())
        logger.propagate = False


def return_large_blocks() -> None:
    """Call it before threads start. Does nothing where the C library is another one.

    glibc raises its threshold for separate blocks to 32 MiB when one is freed. After that, bodies of 28 MB lie between
    small objects, in an arena for each thread: after 8 clients had pushed at once, 560 MB stayed in use, now 110 MB.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_ARENA_MAX, _ARENAS)
