"""A server in a process and a session of its own, which goes on when the terminal is closed."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from moorage_local.engines.process import EngineError

Announce = Callable[[str], None]
"""Takes what the server says when it is ready."""

LOG_LINES = 15


def start_in_background(run: Callable[[Announce], int], log: Path) -> str:
    """Call `run` in a new process, whose output goes to `log`; returns what it announces.

    Call it while this process has one thread. `run` returns the exit code of the new process.
    Raises: EngineError with the end of the log, if the process ends before it announces anything.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        log_start = output.tell()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _detach(output.fileno())
            sys.exit(run(lambda text: _announce(writer, text)))
    os.close(writer)
    announced = _read(reader, pid)
    if not announced:
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        raise EngineError(_end_of(log, log_start) or f"the server ended with code {code}")
    return announced


def _detach(log: int) -> None:
    """Leave the terminal."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, stream in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, stream)
    os.close(nothing)


def _announce(writer: int, text: str) -> None:
    print(text, file=sys.__stdout__, flush=True)
    os.write(writer, text.encode())
    os.close(writer)


def _read(reader: int, pid: int) -> str:
    """What comes through the pipe until its other end is closed, by `_announce` or by the end of the process."""
    try:
        with open(reader, encoding="utf-8") as pipe:
            return pipe.read()
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        raise


def _end_of(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-LOG_LINES:])
