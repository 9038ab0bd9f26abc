"""How fast a stored layer is verified, compared with hashlib alone, and which side is the limit.

    python -m benchmarks.streaming_checksum [--mib 1024] [--rounds 5] [--seaweedfs]

Stores, the fastest first: `memory` returns bytes that are in memory, `loopback` is a process that sends a file from the
page cache (it and its socket need processors too), `seaweedfs` is the local engine.

Three figures for each store. Each is the best of the rounds, because the machine is never quiet:
    read only   the store's bytes are read through S3Ranges and dropped
    verify      the same bytes are hashed while they arrive, with a state that can be stored
    sequential  processor time of the hashing thread, compared with hashlib's: the ratio when processors are free
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.adapters.s3.ranges import S3Ranges
from moorage.domain.uploads.sha256_state import HashState
from moorage.settings import Settings
from moorage_local.engines.engines import running_engines
from moorage_local.stack import environment

from benchmarks.fast_store import ETAG, fast_store

MIB = 1024 * 1024
BUCKET, KEY = "layers", "direct/layer"
_DEFAULTS = Settings(table_name="", bucket=BUCKET, registry_id="", region="")


@dataclass(frozen=True)
class Run:
    """Seconds on the clock and of the hashing thread's processor."""

    wall: float
    thread: float


def timed(work: Callable[[], object]) -> Run:
    wall, thread = time.perf_counter(), time.thread_time()
    work()
    return Run(time.perf_counter() - wall, time.thread_time() - thread)


def hash_alone(layer: memoryview) -> None:
    """Hash the whole layer from memory. To hash one block many times would measure the cache."""
    hashlib.sha256(layer)


def read_only(ranges: S3Ranges) -> None:
    for _ in ranges.read(KEY, None):
        pass


def verify(ranges: S3Ranges) -> None:
    hasher, state = LibcryptoHasher(), HashState()
    for chunk in ranges.read(KEY, None):
        state = hasher.extend(state, chunk)
    hasher.digest(state)


class MemoryClient:
    """GetObject of a layer in memory."""

    def __init__(self, layer: memoryview) -> None:
        self._layer = layer

    def get_object(self, *, Range: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - botocore's name
        first = int(Range.removeprefix("bytes=").partition("-")[0])
        body = bytes(self._layer[first : first + _DEFAULTS.range_bytes])
        return {"Body": _Body(body), "ETag": ETAG, "ContentRange": f"bytes {first}-/{len(self._layer)}"}


@dataclass(frozen=True)
class _Body:
    content: bytes

    def read(self) -> bytes:
        return self.content


@contextmanager
def loopback_client(mib: int) -> Iterator[Any]:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as directory:
        content = Path(directory) / "layer"
        with content.open("wb") as file:
            file.writelines(bytes(MIB) for _ in range(mib))
        with fast_store(content) as url:
            yield s3_client(endpoint_url=url)


@contextmanager
def seaweedfs_client(mib: int) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as directory, running_engines(Path(directory), {}) as engines:
        environment.isolate(os.environ, engines.variables)
        client = s3_client()
        client.create_bucket(Bucket=BUCKET)
        upload = client.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
        address, part = {"Bucket": BUCKET, "Key": KEY, "UploadId": upload}, bytes(64 * MIB)
        numbers = range(1, mib // 64 + 1)
        etags = [client.upload_part(**address, PartNumber=number, Body=part)["ETag"] for number in numbers]
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in zip(numbers, etags, strict=True)]
        client.complete_multipart_upload(**address, MultipartUpload={"Parts": parts})
        yield client


def s3_client(**options: Any) -> Any:
    config = Config(max_pool_connections=32, s3={"addressing_style": "path"})
    return boto3.client("s3", config=config, **options)


def measure(store: str, client: Any, layer: memoryview, rounds: int) -> None:
    ranges = S3Ranges(client, BUCKET, range_bytes=_DEFAULTS.range_bytes, in_flight=_DEFAULTS.ranges_in_flight)
    runs: dict[str, list[Run]] = {"alone": [], "read": [], "verify": []}
    for _ in range(rounds):  # in turn, so that a busy moment of the machine meets all three
        runs["alone"].append(timed(lambda: hash_alone(layer)))
        runs["read"].append(timed(lambda: read_only(ranges)))
        runs["verify"].append(timed(lambda: verify(ranges)))
    wall = {name: min(run.wall for run in done) for name, done in runs.items()}
    thread = {name: min(run.thread for run in done) for name, done in runs.items()}
    speed = {name: len(layer) / 1e6 / seconds for name, seconds in wall.items()}
    limit = "hashing" if wall["read"] < wall["alone"] else "the store"
    print(
        f"{store:<10} hashlib alone {speed['alone']:5.0f} MB/s   read only {speed['read']:5.0f} MB/s   "
        f"verify {speed['verify']:5.0f} MB/s   ratio {wall['alone'] / wall['verify']:.2f}   "
        f"sequential {thread['alone'] / thread['verify']:.2f}   the limit: {limit}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=1024, help="size of the layer, a multiple of 64")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seaweedfs", action="store_true", help="measure the local engine as well")
    arguments = parser.parse_args()
    environment.isolate(os.environ, environment.aws_environment({}))
    layer = memoryview(os.urandom(MIB) * arguments.mib)
    print(
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {_DEFAULTS.ranges_in_flight} ranges of "
        f"{_DEFAULTS.range_bytes // MIB} MiB in flight; layer of {arguments.mib} MiB, best of {arguments.rounds}"
    )
    with ExitStack() as stack:
        measure("memory", MemoryClient(layer), layer, arguments.rounds)
        measure("loopback", stack.enter_context(loopback_client(arguments.mib)), layer, arguments.rounds)
        if arguments.seaweedfs:
            measure("seaweedfs", stack.enter_context(seaweedfs_client(arguments.mib)), layer, arguments.rounds)


if __name__ == "__main__":
    main()
