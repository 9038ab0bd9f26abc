"""The `moorage` command: as a process, or within this one."""

import os
import subprocess
import sys
from pathlib import Path

from moorage_cli.main import application
from typer.testing import CliRunner

from tests.support import layers
from tests.support.engines import Server


def moorage(*arguments: str | bytes, state: Path, **environment: str) -> subprocess.Popen[str]:
    """Start it; its journal is in `state`, and its output comes through pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "moorage_cli", *arguments],
        env={**os.environ, "XDG_STATE_HOME": str(state), "COLUMNS": "240", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str | bytes, state: Path, **environment: str) -> tuple[int, str, str]:
    """Exit status, output and errors."""
    process = moorage(*arguments, state=state, **environment)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output.strip(), errors


def invoke(*arguments: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the command in this process, which costs no start of another."""
    result = CliRunner().invoke(application, list(arguments), catch_exceptions=False)
    return result.exit_code, result.stdout.strip(), result.stderr


def push_arguments(file: Path, repository: str, server: Server) -> list[str]:
    """The words after `moorage` of a push."""
    return ["push", str(file), "--repository", repository, "--endpoint", server.url]


def digest_of(file: Path) -> str:
    """The sha256 digest of a file."""
    return layers.digest_of(file.read_bytes())
