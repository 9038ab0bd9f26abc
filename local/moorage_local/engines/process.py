"""One engine process: it starts, gets ready, and stops, and it never outlives the process that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from moorage_local.engines import parent_death

READY_WITHIN_SECONDS = 60.0
"""Far more than any engine needs: a slow CI machine must not fail."""
POLL_SECONDS = 0.05


class EngineError(Exception):
    """An engine is not installed, does not start or does not get ready; the message says what to do."""


class Process:
    """A supervised process.

    Start it from a thread that lives as long as the process should: the kernel reports the death of a thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log: Path,
        orphaned_signal: signal.Signals = signal.SIGKILL,
        stop_within_seconds: float = 10.0,
    ) -> None:
        """`orphaned_signal` is sent if our process dies; `stop_within_seconds` is the time between TERM and KILL."""
        self.name = name
        self.log = log
        self._stop_within_seconds = stop_within_seconds
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._log_start = output.tell()
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-S",  # parent_death.py needs no site packages, and starts faster without them
                    parent_death.__file__,
                    str(os.getpid()),
                    str(int(orphaned_signal)),
                    *map(str, command),
                ],
                env=dict(environment),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal goes to the whole foreground group; engines must be stopped in order, by us.
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the engine: parent_death.py replaces itself with the engine."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Poll `ready`. Raises: EngineError with the end of the log, if the process ends or the time is over."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not ready():
            if not self.alive:
                raise EngineError(f"{self.name} ended with code {self._process.returncode}:\n{self._end_of_log()}")
            if time.monotonic() > deadline:
                raise EngineError(f"{self.name} is not ready after {READY_WITHIN_SECONDS:.0f} s:\n{self._end_of_log()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask the process to end, then force it, and end the rest of its process group."""
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(self._stop_within_seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # the usual case: it had no child processes

    def _end_of_log(self) -> str:
        """What this process has said; earlier ones wrote to the same file."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-15:])
