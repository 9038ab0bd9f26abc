"""containerd and its ctr: a daemon of its own, in a directory of its own."""

import subprocess
import time

from tests.support.clients.client import TIMEOUT_SECONDS, Client
from tests.support.clients.image import TAG, OciImage


class Containerd(Client):
    """Sends each layer with one PUT."""

    program = "ctr"
    package = "containerd"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._socket = self.home / "sock"
        configuration = self.home / "config.toml"
        configuration.write_text(
            'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]\n'
        )
        with (self.home / "log").open("w") as log:
            self._daemon = subprocess.Popen(
                [
                    "containerd",
                    f"--config={configuration}",
                    f"--address={self._socket}",
                    f"--root={self.home}/root",
                    f"--state={self.home}/state",
                ],
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while subprocess.run(self._ctr("version"), capture_output=True).returncode:
            assert self._daemon.poll() is None, (self.home / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def load(self, image: OciImage) -> None:
        self.run(self._ctr("image", "import", "--no-unpack", f"--base-name={self._local(image)}", str(image.archive())))

    def push_command(self, image: OciImage, name: str) -> list[str]:
        local = f"{self._local(image)}:{TAG}"
        return self._ctr("image", "push", "--plain-http", f"{self.registry}/{name}", local)

    def pull(self, name: str) -> str:
        address = f"{self.registry}/{name}"
        self.run(self._ctr("content", "fetch", "--plain-http", address))
        listed = self.run(self._ctr("image", "list", f"name=={address}"))
        return next(word for word in listed.split() if word.startswith("sha256:"))

    def stop(self) -> None:
        self._daemon.terminate()
        self._daemon.wait(TIMEOUT_SECONDS)

    def _local(self, image: OciImage) -> str:
        return f"local/{image.digest.removeprefix('sha256:')[:16]}"

    def _ctr(self, *arguments: str) -> list[str]:
        return ["ctr", f"--address={self._socket}", *arguments]
