"""The memory of a process and everything it started, while something runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class PeakMemory:
    """Proportional set sizes: pages that processes share are counted once."""

    total_bytes: int = 0
    """The largest sum at one moment."""
    by_process: dict[str, int] = field(default_factory=dict)
    """The largest size of each process, at different moments."""

    def sample(self, pid: int) -> None:
        """Look once."""
        sizes = {f"{_name(each)} ({each})": _size_bytes(each) for each in _tree(pid)}
        self.total_bytes = max(self.total_bytes, sum(sizes.values()))
        for name, size_bytes in sizes.items():
            self.by_process[name] = max(size_bytes, self.by_process.get(name, 0))


@contextmanager
def peak_memory(pid: int) -> Iterator[PeakMemory]:
    """Look ten times a second until the end of the block."""
    peak, ended = PeakMemory(), threading.Event()

    def watch() -> None:
        while not ended.wait(_PAUSE_SECONDS):
            peak.sample(pid)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir() if int(task.name) != pid]
        for thread in threads:
            children += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    except OSError:
        return []  # it has ended
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _size_bytes(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # it has ended
    return 0


def _name(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "ended"
    names = [Path(word).name for word in words]
    return "weed" if "weed" in names else " ".join(names[:3])
