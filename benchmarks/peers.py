"""Servers to compare ours with, each in a process of its own."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moorage_local.engines import loopback


@contextmanager
def moto_server() -> Iterator[str]:
    """moto's server, which keeps layers in memory."""
    with _running("moto.server", "-p") as url:
        yield url


@contextmanager
def reading_server() -> Iterator[str]:
    """A server that reads every body and answers what boto3 expects of ECR; it looks at nothing and keeps nothing."""
    with _running("benchmarks.peers") as url:
        yield url


@contextmanager
def _running(module: str, *options: str) -> Iterator[str]:
    (port,) = loopback.free_ports(1)
    command = [sys.executable, "-m", module, *options, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not loopback.answers(loopback.url(port)):
            if process.poll() is not None:
                raise SystemExit(f"{module} did not start")
            time.sleep(0.1)
        yield loopback.url(port)
    finally:
        process.terminate()
        process.wait()


class _Reading(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        last_byte = re.search(rb'"partLastByte": ?(\d+)', body[:1000] + body[-1000:])
        self._answer({"uploadId": "any", "lastByteReceived": int(last_byte[1]) if last_byte else 0})

    def _answer(self, members: dict[str, object]) -> None:
        body = json.dumps(members).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer((loopback.HOST, int(sys.argv[1])), _Reading).serve_forever()
