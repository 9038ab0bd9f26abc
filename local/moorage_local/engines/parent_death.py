"""Run a program that cannot outlive us: `python leash.py PARENT_PID SIGNAL PROGRAM [ARGUMENT…]`.

Asks the kernel to send SIGNAL when the parent dies, however it dies, then becomes the program. A small program of
its own instead of Popen's `preexec_fn`, which may deadlock in a process that has threads. Imports nothing of ours:
it must start quickly and from any interpreter. Where the kernel has no such call (macOS) only the orderly stop works.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def main(arguments: list[str]) -> None:
    """Put the leash on and become the program; exit at once if the parent died in between."""
    parent_pid, signal_number, *command = arguments
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != int(parent_pid):
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
