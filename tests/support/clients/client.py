"""What every client under test can do, and how its commands are run."""

import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
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
        """Nothing of this machine's settings; the home directory has the signature policy."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home)}

    def run(self, command: list[str]) -> str:
        """Its output; a failure shows what the client said."""
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {done.stderr}"
        return done.stdout
