"""docker with a daemon of its own, in a directory of its own and without a network for containers: none is run."""

import subprocess
import time

from tests.support.clients.client import TIMEOUT_SECONDS, Client
from tests.support.clients.image import TAG, OciImage


class Docker(Client):
    """Sends each layer with one PATCH of unknown length, and asks by HEAD after the empty PUT."""

    program = "dockerd"
    package = "docker.io"
    sends_layers_unchanged = False

    @property
    def _socket(self) -> str:
        return f"unix://{self.home}/sock"

    def __post_init__(self) -> None:
        super().__post_init__()
        with (self.home / "log").open("w") as log:
            self._daemon = subprocess.Popen(
                [
                    "dockerd",
                    f"--host={self._socket}",
                    f"--data-root={self.home}/data",
                    f"--exec-root={self.home}/exec",
                    f"--pidfile={self.home}/pid",
                    "--storage-driver=vfs",
                    "--iptables=false",
                    "--ip6tables=false",
                    "--ip-forward=false",
                    "--bridge=none",
                ],
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while subprocess.run(self.command("version"), env=self.environment(), capture_output=True).returncode:
            assert self._daemon.poll() is None, (self.home / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def load(self, image: OciImage) -> None:
        # docker 20.10 loads archives of its own form only.
        archive = self.home / "image.tar"
        target = f"docker-archive:{archive}:{self._local(image)}"
        self.run(["skopeo", "--insecure-policy", "copy", f"oci:{image.directory}:{TAG}", target])
        self.run(self.command("load", "--quiet", f"--input={archive}"))
        archive.unlink()

    def push_command(self, image: OciImage, name: str) -> list[str]:
        self.run(self.command("tag", image.config, f"{self.registry}/{name}"))
        return self.command("push", "--quiet", f"{self.registry}/{name}")

    def pull(self, name: str) -> str:
        address = f"{self.registry}/{name}"
        names = self.run(self.command("images", "--format={{.Repository}}:{{.Tag}}")).split()
        self.run(self.command("rmi", "--force", *names))
        self.run(self.command("pull", "--quiet", address))
        return self.run(self.command("inspect", "--format={{.Id}}", address)).strip()

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "DOCKER_HOST": self._socket}

    def stop(self) -> None:
        self._daemon.terminate()
        self._daemon.wait(TIMEOUT_SECONDS)

    def _local(self, image: OciImage) -> str:
        return f"local/{image.digest.removeprefix('sha256:')[:16]}:{TAG}"

    def command(self, *arguments: str) -> list[str]:
        """The command that runs docker; the environment names this daemon."""
        return ["docker", *arguments]
