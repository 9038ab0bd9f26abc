"""A store that is faster than any reader: it answers ranged GETs of one file by sendfile from the page cache.

It runs as a separate process, so that it shares no interpreter lock with the measured code.

"""

import multiprocessing
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ETAG = '"0123456789abcdef0123456789abcdef-1"'
HOST = "127.0.0.1"


@contextmanager
def fast_store(content: Path) -> Iterator[str]:
    """The endpoint URL of a server that answers every GET with a range of `content`."""
    listener = socket.create_server((HOST, 0))
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener, content), daemon=True)
    process.start()
    try:
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        process.terminate()
        process.join()
        listener.close()


def _serve(listener: socket.socket, content: Path) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_converse, args=(connection, content), daemon=True).start()


def _converse(connection: socket.socket, content: Path) -> None:
    with connection, content.open("rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        requests = connection.makefile("rb")
        while head := _read_head(requests):
            wanted = re.search(rb"(?i)range: bytes=(\d+)-(\d+)", head)
            first, last = (int(wanted[1]), min(int(wanted[2]), size_bytes - 1)) if wanted else (0, size_bytes - 1)
            connection.sendall(
                f"HTTP/1.1 206 Partial Content\r\nETag: {ETAG}\r\nContent-Length: {last - first + 1}\r\n"
                f"Content-Range: bytes {first}-{last}/{size_bytes}\r\n\r\n".encode()
            )
            while first <= last:
                first += os.sendfile(connection.fileno(), file.fileno(), first, last - first + 1)


def _read_head(requests: BinaryIO) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = requests.readline()
        if not line:
            return b""
        head += line
    return head
