"""Background work that AWS does without a request. Here, threads do it; they start and stop with the server."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

logger = logging.getLogger(__name__)


class Worker(ABC):
    """One thread that repeats a small task; a failure is logged and does not end the thread."""

    def __init__(self, name: str, pause_seconds: float) -> None:
        """`pause_seconds` is the time between two turns."""
        self.name = name
        self.stopping = threading.Event()
        self._pause_seconds = pause_seconds
        self._turning = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def turn(self) -> None:
        """Do the work that is due, and return soon after `stopping` is set."""

    def turn_now(self) -> None:
        """One turn at once, in the caller's thread."""
        with self._turning:
            self.turn()

    def paused(self) -> threading.Lock:
        """A lock for a `with` block: no turn runs inside it."""
        return self._turning

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current turn, take one more, and return."""
        self.stopping.set()
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            last = self.stopping.wait(self._pause_seconds)
            try:
                self.turn_now()
            except Exception:
                logger.exception("%s failed; it continues", self.name)


@contextmanager
def working(workers: Sequence[Worker]) -> Iterator[None]:
    """Run the workers; stop them in the order given."""
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
