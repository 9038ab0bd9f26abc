"""The locations of the checkout with its functions and of the virtual environment with the engines."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from moorage_local.engines.process import EngineError

CHECKOUT = Path(__file__).resolve().parents[3]
ENGINES_VARIABLE = "MOORAGE_ENGINES"
"""The environment variable that names the engines' virtual environment, if it is not `.venv-engines`."""


def functions_directory() -> Path:
    """The folder of the Lambda functions, which are part of the checkout and not of the package."""
    return CHECKOUT / "functions"


def engines_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The virtual environment of the engines.

    Raises: EngineError with the command that creates one.
    """
    named = environ.get(ENGINES_VARIABLE)
    beside_ours = Path(sys.prefix).parent / ".venv-engines"
    candidates = [Path(named)] if named else [CHECKOUT / ".venv-engines", beside_ours]
    for candidate in candidates:
        if (candidate / "bin" / "weed").exists():
            return candidate
    looked = " or ".join(map(str, candidates))
    raise EngineError(
        f"no engines in {looked}. `make setup` installs them, or: python3 -m venv DIR && "
        f"DIR/bin/pip install -r requirements/engines.txt, and set {ENGINES_VARIABLE}=DIR"
    )
