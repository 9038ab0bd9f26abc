"""How long `moorage serve` takes on a state directory that exists, from its start to its first healthy answer.

CPU time is that of the server and its engines until then. On a machine with other work it says more than the clock.

    .venv/bin/python -m benchmarks.start_up [STARTS]
"""

import os
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.support import layers
from tests.support.engines import processes_naming, serving

STARTS = 10
REPOSITORIES = 20
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make a state with some content, start the server again and again, and print the times."""
    starts = int(sys.argv[1]) if len(sys.argv) > 1 else STARTS
    with tempfile.TemporaryDirectory() as directory:
        state = Path(directory) / "state"
        _fill(state)
        measured = [_start(state) for _ in range(starts)]
    table = Table("", "median s", "slowest s", title=f"{starts} starts, load {os.getloadavg()[0]:.1f}")
    for name, times in zip(
        ("until the first healthy answer", "CPU time until then"), zip(*measured, strict=True), strict=True
    ):
        table.add_row(name, f"{statistics.median(times):.2f}", f"{max(times):.2f}")
    Console().print(table)


def _fill(state: Path) -> None:
    with serving(state) as server:
        for number in range(REPOSITORIES):
            name = f"benchmark/{number}"
            server.ecr().create_repository(repositoryName=name)
            layers.push(server.ecr(), name, os.urandom(100_000))


def _start(state: Path) -> tuple[float, float]:
    """Seconds, and seconds of CPU time."""
    started = time.perf_counter()
    with serving(state) as server:
        with urllib.request.urlopen(f"{server.url}/healthz") as answer:
            answer.read()
        seconds = time.perf_counter() - started
        return seconds, sum(_cpu_seconds(pid) for pid in processes_naming(str(state)))


def _cpu_seconds(pid: int) -> float:
    """Of a process and of those that it waited for (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


if __name__ == "__main__":
    main()
