"""The modules that a new process has imported after some code: what a cold start and its first requests load."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from tests.support.lambda_build import CHECKOUT

_BEFORE = "import json, sys\n"
_AFTER = "\nprint(json.dumps(sorted(sys.modules)))"


def imported_by(code: str, variables: Mapping[str, str] | None = None) -> frozenset[str]:
    """The names of all modules that a process has after this code. It finds them where this process does.

    `variables` are added to the environment.
    """
    ran = subprocess.run(
        [sys.executable, "-c", f"{_BEFORE}{code}{_AFTER}"],
        env={**os.environ, **(variables or {}), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return frozenset(json.loads(ran.stdout.splitlines()[-1]))
