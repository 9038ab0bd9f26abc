"""Run a program that ends when its parent ends: `python parent_death.py PARENT_PID SIGNAL PROGRAM [ARGUMENT…]`.

It asks the kernel to send SIGNAL when the parent dies, for whatever reason, and then replaces itself with the program.
Popen's `preexec_fn` could do the same, but may deadlock in a process that has threads. Imports nothing of ours:
it must start quickly and from any interpreter. Where the kernel has no such call (macOS) only the orderly stop works.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def main(arguments: list[str]) -> None:
    """Ask for the signal and replace this process with the program; exit at once if the parent is already dead."""
    parent_pid, signal_number, *command = arguments
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != int(parent_pid):
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
