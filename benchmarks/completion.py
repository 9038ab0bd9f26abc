"""How long CompleteLayerUpload takes, and how many AWS calls, for layers of very different sizes.

It uses the embedded engines and the whole code of the Lambda handler, without HTTP. Only the layer's size differs from
row to row. A registry that copies or reads the layer to commit it would show it here.

    .venv/bin/python -m benchmarks.completion
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from moorage_local.stack import environment, stack
from rich.console import Console
from rich.table import Table

from tests.support.faults.injection import Injector
from tests.support.faults.registry import LocalRegistry

MIB = 1024 * 1024
PART_BYTES = 10 * MIB
SIZES_MIB = (5, 50, 500)
ROUNDS = 5
NAME = "benchmark"


def main() -> None:
    """Print one row for each size."""
    environment.isolate(os.environ, environment.aws_environment({}))
    table = Table("layer", "parts", "AWS calls", "median ms", "fastest ms", title="CompleteLayerUpload")
    with tempfile.TemporaryDirectory() as state, stack.running_stack(Path(state)) as running:
        os.environ.update(running.variables)
        registry = LocalRegistry()
        injector = Injector(registry.aws_clients)
        registry.must("CreateRepository", repositoryName=NAME)
        for size_mib in SIZES_MIB:
            parts = _parts(size_mib)
            measured = [_complete(registry, injector, parts) for _ in range(ROUNDS)]
            milliseconds = [1000 * seconds for seconds, _ in measured]
            calls = {made for _, made in measured}
            table.add_row(
                f"{size_mib} MiB",
                str(len(parts)),
                "/".join(map(str, sorted(calls))),
                f"{statistics.median(milliseconds):.1f}",
                f"{min(milliseconds):.1f}",
            )
    Console().print(table)


def _parts(size_mib: int) -> list[bytes]:
    whole, rest = divmod(size_mib * MIB, PART_BYTES)
    return [bytes(PART_BYTES)] * whole + ([bytes(rest)] if rest else [])


def _complete(registry: LocalRegistry, injector: Injector, parts: list[bytes]) -> tuple[float, int]:
    """Seconds and AWS calls of one completion. The first part is random, so that the layer is new."""
    new = os.urandom(16)
    upload_id, digest = registry.upload(NAME, new + parts[0][16:], *parts[1:])
    with injector.watching():
        started = time.perf_counter()
        error, body = registry.complete(NAME, upload_id, digest)
        seconds = time.perf_counter() - started
    if error is not None:
        raise SystemExit(f"{error}: {body['message']}")
    return seconds, len(injector.calls)


if __name__ == "__main__":
    main()
