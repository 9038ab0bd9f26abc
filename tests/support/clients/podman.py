"""podman and buildah: stores of their own, and layers that they compress as they push."""

import tempfile

from tests.support.clients.client import Client
from tests.support.clients.image import TAG, OciImage


class Podman(Client):
    """Sends each layer with one PATCH and an empty PUT."""

    program = "podman"
    sends_layers_unchanged = False

    def load(self, image: OciImage) -> None:
        self.run([*self._command("store"), "pull", "--quiet", f"oci:{image.directory}:{TAG}"])

    def push_command(self, image: OciImage, name: str) -> list[str]:
        # Its image id is the digest of the config.
        local = image.config.removeprefix("sha256:")
        return [*self._command("store"), "push", "--tls-verify=false", local, f"docker://{self.registry}/{name}"]

    def pull(self, name: str) -> str:
        empty = tempfile.mkdtemp(dir=self.home)
        pulled = self.run([*self._command(empty), "pull", "--quiet", "--tls-verify=false", f"{self.registry}/{name}"])
        return f"sha256:{pulled.strip().splitlines()[-1]}"

    def _command(self, store: str) -> list[str]:
        directory = self.home / store
        return [
            self.program,
            f"--root={directory}/root",
            f"--runroot={directory}/run",
            "--storage-driver=vfs",
        ]


class Buildah(Podman):
    """The same libraries behind other commands."""

    program = "buildah"
