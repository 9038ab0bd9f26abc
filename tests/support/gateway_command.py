"""`moorage gateway` as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

READY = "Moorage is listening on http://"
_LAUNCHER = """
from tests.support.emulator import localhost_names
from moorage_cli.main import main
with localhost_names():
    main()
"""
"""The emulator's name for an API is known to nobody else."""


@contextmanager
def gateway_command(*arguments: str, of_emulator: bool = False) -> Iterator[tuple[str, int]]:
    """`moorage ARGUMENTS` on a free port: its host and port as text, and the id of its process.

    `of_emulator`: it stands in front of a stack that is deployed to the emulator.
    """
    program = ["-c", _LAUNCHER] if of_emulator else ["-m", "moorage_cli"]
    command = [sys.executable, *program, *arguments, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(READY), line
            yield line.removeprefix(READY).partition(",")[0].strip(), process.pid
        finally:
            process.terminate()
