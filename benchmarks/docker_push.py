"""Pushes and pulls by skopeo, beside docker-registry with its S3 driver on the same S3, and boto3's transfer manager.

The servers take turns in each round, with new content each time; each round has servers of its own. skopeo and
docker-registry come from Debian's packages (`tools/install_clients.sh`).

    .venv/bin/python -m benchmarks.docker_push [--mb 400 2000] [--rounds 5] [--small 1000] [--what push final small]
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.process_memory import peak_memory
from tests.support.clients.docker_registry import docker_registry
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server, serving
from tests.support.layers import digest_of
from tests.support.oci.http import OciHttp

MB = 1_000_000
WHAT = ("push", "final", "small")
CLIENTS = 8
TIMEOUT_SECONDS = 1800
SMALL_BYTES = (10_000, 1_000_000)
OURS, PEER, STORE = "moorage serve", "docker-registry", "boto3 upload_file"
BUCKET = "docker-registry"


@dataclass
class Measured:
    """Seconds by what was done, and by whom."""

    seconds: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    @contextmanager
    def timing(self, what: str, who: str) -> Iterator[None]:
        """The block is one of the runs."""
        started = time.perf_counter()
        yield
        self.seconds[what][who].append(time.perf_counter() - started)

    def median(self, what: str, who: str) -> float:
        """Seconds."""
        return statistics.median(self.seconds[what][who])

    def table(self) -> Table:
        """Every figure, beside ours."""
        table = Table("what", "who", "runs", "median s", "fastest", "slowest", "median to ours")
        for what, by_server in self.seconds.items():
            for who, runs in by_server.items():
                ratio = statistics.median(runs) / self.median(what, OURS)
                figures = (f"{each:.2f}" for each in (statistics.median(runs), min(runs), max(runs), ratio))
                table.add_row(what, who, str(len(runs)), *figures)
        return table


@dataclass(frozen=True)
class Bench:
    """The servers by their names, and the S3 that all of them write to."""

    urls: dict[str, str]
    s3: Any
    measured: Measured
    directory: Path

    def push_and_pull(self, megabytes: int, number: int) -> None:
        """An image with one layer, by skopeo; and the layer alone, by the transfer manager."""
        image = self._image(megabytes, f"{number}")
        for who, url in self.urls.items():
            with tempfile.TemporaryDirectory(dir=self.directory) as home:
                skopeo = Skopeo(Path(home), url.removeprefix("http://"), timeout_seconds=TIMEOUT_SECONDS)
                name = f"bench/of{number}:v1"
                with self.measured.timing(f"push {megabytes} MB", who):
                    skopeo.push(image, name)
                with self.measured.timing(f"pull {megabytes} MB", who):
                    skopeo.pull(name)
        layer = image.directory / "blobs" / "sha256" / image.layers[0].removeprefix("sha256:")
        # A bucket of its own, because SeaweedFS frees the space of an object only with its bucket.
        bucket = f"direct-{megabytes}-{number}"
        self.s3.create_bucket(Bucket=bucket)
        with self.measured.timing(f"push {megabytes} MB", STORE):
            self.s3.upload_file(str(layer), bucket, "layer")
        self.s3.delete_object(Bucket=bucket, Key="layer")
        self.s3.delete_bucket(Bucket=bucket)
        shutil.rmtree(image.directory)

    def _image(self, megabytes: int, mark: str) -> OciImage:
        place = Path(tempfile.mkdtemp(dir=self.directory))
        return build_image(place / "layout", [megabytes * MB], f"{megabytes}-{mark}-{os.urandom(8).hex()}")

    def final_request(self, megabytes: int) -> None:
        """The PUT that ends a push, after one PATCH with all bytes."""
        pieces = [os.urandom(16), *([os.urandom(MB)] * megabytes)]
        hashed = sha256()
        for piece in pieces:
            hashed.update(piece)
        digest = f"sha256:{hashed.hexdigest()}"
        for who, url in self.urls.items():
            client = OciHttp(url, "bench/final")
            patched = client.ask("PATCH", _absolute(url, client.start()), iter(pieces))
            assert patched.status == 202, patched
            location = _absolute(url, patched.location)
            with self.measured.timing(f"final request after {megabytes} MB", who):
                put = client.ask("PUT", _with_digest(location, digest))
            assert put.status == 201, put

    def small_layers(self, count: int) -> None:
        """Many small layers by eight clients at once, each by POST and PUT."""
        low, high = SMALL_BYTES
        sizes = [low + (high - low) * number // count for number in range(count)]
        for who, url in self.urls.items():
            contents = [os.urandom(16) + bytes(size - 16) for size in sizes]
            with self.measured.timing(f"{count} layers of 10 KB to 1 MB", who), ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(_Pusher(url), contents))


@dataclass
class _Pusher:
    url: str

    def __call__(self, content: bytes) -> None:
        client = OciHttp(self.url, "bench/small")
        location = _absolute(self.url, client.start())
        put = client.ask("PUT", _with_digest(location, digest_of(content)), content)
        assert put.status == 201, put


def _absolute(url: str, location: str) -> str:
    return location if "://" in location else url + location


def _with_digest(location: str, digest: str) -> str:
    return f"{location}{'&' if '?' in location else '?'}digest={digest}"


def main() -> None:
    """Print the table, and the memory of our stack during its largest push."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=int, nargs="+", default=[400, 2000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--what", nargs="+", choices=WHAT, default=WHAT)
    options = parser.parse_args()
    missing = [program for program in ("skopeo", "docker-registry") if shutil.which(program) is None]
    if missing:
        Console().print(f"{' and '.join(missing)}: not installed, see tools/install_clients.sh")
        return
    measured = Measured()
    for number in range(options.rounds):
        # New servers for each round: with the blobs of all rounds, pushes become slower (docs/benchmarks.md).
        with _bench(measured) as (bench, _):
            for megabytes in options.mb if "push" in options.what else ():
                bench.push_and_pull(megabytes, number)
            for megabytes in (30, max(options.mb)) if "final" in options.what else ():
                bench.final_request(megabytes)
            if "small" in options.what:
                bench.small_layers(options.small)
            Console(width=120).print(f"after {number + 1} rounds", measured.table())
    if "push" in options.what:
        _measure_memory(max(options.mb))


def _measure_memory(megabytes: int) -> None:
    with _bench(Measured()) as (bench, server):
        alone = replace(bench, urls={OURS: bench.urls[OURS]})
        with peak_memory(server.process.pid) as peak:
            alone.push_and_pull(megabytes, 0)
        Console().print(f"memory of our whole stack, push and pull of {megabytes} MB: {peak.total_bytes / MB:.0f} MB")


@contextmanager
def _bench(measured: Measured) -> Iterator[tuple[Bench, Server]]:
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "state") as server:
        directory = Path(place)
        variables = json.loads((server.state / "environment.json").read_text())
        access = {"accesskey": variables["AWS_ACCESS_KEY_ID"], "secretkey": variables["AWS_SECRET_ACCESS_KEY"]}
        endpoint = variables["AWS_ENDPOINT_URL_S3"]
        s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=variables["AWS_DEFAULT_REGION"],
            aws_access_key_id=access["accesskey"],
            aws_secret_access_key=access["secretkey"],
        )
        s3.create_bucket(Bucket=BUCKET)
        driver = {**access, "region": "us-east-1", "regionendpoint": endpoint, "bucket": BUCKET, "secure": False}
        with docker_registry(directory, {"s3": driver}) as peer:
            yield Bench({OURS: server.url, PEER: peer}, s3, measured, directory), server


if __name__ == "__main__":
    main()
