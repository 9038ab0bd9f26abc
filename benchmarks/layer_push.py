"""How fast an unmodified boto3 pushes a layer through UploadLayerPart, and how much memory the whole stack uses.

Three servers, one after the other in each round: ours, moto's ECR, and one that only reads and answers. The last shows
what boto3 itself needs, for base64, JSON and the signature.

    .venv/bin/python -m benchmarks.layer_push [--mib 400] [--rounds 5]
"""

import argparse
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from moorage_local.testing import local_ecr_client
from rich.console import Console
from rich.table import Table

from benchmarks.peers import moto_server, reading_server
from benchmarks.process_memory import peak_memory
from tests.support.engines import Server, serving

MIB = 1024 * 1024
PART_BYTES = 20 * MIB
CLIENTS, CLIENT_MIB = 8, 100
OURS, MOTO, READS = "moorage serve", "moto's ECR", "reads and answers"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mib", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, serving(Path(directory) / "state") as server:
        _compare(server, os.urandom(options.mib * MIB), options.rounds)
        _measure_memory(server)


def _compare(server: Server, content: bytes, rounds: int) -> None:
    rates: dict[str, list[float]] = {OURS: [], MOTO: [], READS: []}
    with moto_server() as moto, reading_server() as reading:
        addresses = {OURS: server.url, MOTO: moto, READS: reading}
        for _ in range(rounds):
            for name, url in addresses.items():
                rates[name].append(len(content) / push(url, content) / 1e6)
    reference = statistics.median(rates[READS])
    table = Table("server", "median MB/s", "slowest", "fastest", "of reading only", title=f"{len(content) // MIB} MiB")
    for name, measured in rates.items():
        median = statistics.median(measured)
        table.add_row(
            name, f"{median:.0f}", f"{min(measured):.0f}", f"{max(measured):.0f}", f"{median / reference:.2f}"
        )
    Console().print(table)
    Console().print(f"ours to moto's: {statistics.median(rates[OURS]) / statistics.median(rates[MOTO]):.2f}")


def push(url: str, content: bytes) -> float:
    """Push a layer that the registry does not have yet; the seconds from the first call to the last answer."""
    new = os.urandom(16)
    digest = hashlib.sha256(new)
    digest.update(memoryview(content)[16:])
    ecr, repository = local_ecr_client(url, read_timeout=300), f"bench/{uuid.uuid4().hex}"
    ecr.create_repository(repositoryName=repository)
    started = time.perf_counter()
    upload_id = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    for first in range(0, len(content), PART_BYTES):
        part = content[first : first + PART_BYTES]
        ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload_id,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part if first else new + part[16:],
        )
    ecr.complete_layer_upload(
        repositoryName=repository, uploadId=upload_id, layerDigests=[f"sha256:{digest.hexdigest()}"]
    )
    return time.perf_counter() - started


def _measure_memory(server: Server) -> None:
    with peak_memory(server.process.pid) as peak, ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(_in_process(_push_random, server.url))
    table = Table("process", "peak MiB", title=f"{CLIENTS} clients push {CLIENT_MIB} MiB each at once")
    for name, size_bytes in peak.by_process.items():
        table.add_row(name, f"{size_bytes / MIB:.0f}")
    table.add_row("all together, at one moment", f"{peak.total_bytes / MIB:.0f}")
    Console().print(table)


def _push_random(url: str) -> None:
    push(url, os.urandom(CLIENT_MIB * MIB))


@contextmanager
def _in_process(function: Callable[..., Any], *arguments: Any) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    yield
    process.join()
    if process.exitcode:
        raise SystemExit(f"a client ended with {process.exitcode}")


if __name__ == "__main__":
    main()
