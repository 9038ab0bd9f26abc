"""What every client under test can do, and how its commands are run."""

import json
import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.support.clients.image import OciImage

TIMEOUT_SECONDS = 240
_POLICY = '{"default":[{"type":"insecureAcceptAnything"}]}'


@dataclass
class Client(ABC):
    """A tool that other people wrote. `home` is a directory of its own; `registry` is host and port."""

    home: Path
    registry: str
    more_environment: dict[str, str] = field(default_factory=dict)
    timeout_seconds: float = TIMEOUT_SECONDS
    """Of one command."""
    program: ClassVar[str]
    package: ClassVar[str] = ""
    sends_layers_unchanged: ClassVar[bool] = True
    """Whether the pushed manifest is the local one; some clients compress layers as they push."""

    def __post_init__(self) -> None:
        assert shutil.which(self.program), f"{self.program} is missing: apt-get install {self.package or self.program}"
        policy = self.home / ".config" / "containers" / "policy.json"
        policy.parent.mkdir(parents=True)
        policy.write_text(_POLICY)

    @abstractmethod
    def load(self, image: OciImage) -> None:
        """Make the image known to the client, where it has a store of its own."""

    @abstractmethod
    def push_command(self, image: OciImage, name: str) -> list[str]:
        """The command that pushes it as `repository:tag`."""

    @abstractmethod
    def pull(self, name: str) -> str:
        """Pull it into an empty store; the digest that the client found, of manifest or config."""

    def log_in(self, user: str, password: str) -> None:
        """Keep the credentials for the registry; AssertionError with the client's words if they are refused."""
        options = ["--tls-verify=false", "--username", user, "--password", password]
        self.run([self.program, "login", *options, self.registry])

    def push(self, image: OciImage, name: str) -> None:
        """Push it as `repository:tag`."""
        self.run(self.push_command(image, name))

    def push_interrupted(self, image: OciImage, name: str, has_begun: Callable[[], bool]) -> None:
        """Begin a push and kill the client once `has_begun` says so."""
        process = subprocess.Popen(
            self.push_command(image, name), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not has_begun():
            assert process.poll() is None, f"the push ended before it was interrupted: {process.communicate()[1]!r}"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
        process.communicate()

    def stop(self) -> None:  # noqa: B027 - most leave nothing
        """End what the client left running."""

    def environment(self) -> dict[str, str]:
        """Nothing of this machine's settings; the home directory has the signature policy, and `bin` is searched."""
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home), **self.more_environment}

    def use_credential_helper(self, **environment: str) -> None:
        """Get passwords by docker-credential-moorage, which sees these variables, too."""
        helper = self.home / "bin" / "docker-credential-moorage"
        helper.parent.mkdir(exist_ok=True)
        search = os.pathsep.join(sys.path)
        command = f'PYTHONPATH="{search}" exec "{sys.executable}" -m moorage_cli.credential_helper "$@"'
        helper.write_text(f"#!/bin/sh\n{command}\n")
        helper.chmod(0o755)
        file = self.home / "containers" / "auth.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"credHelpers": {self.registry: "moorage"}}))
        self.more_environment = environment

    def run(self, command: list[str]) -> str:
        """Its output; a failure shows what the client said."""
        environment, timeout = self.environment(), self.timeout_seconds
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {done.stderr}"
        return done.stdout
