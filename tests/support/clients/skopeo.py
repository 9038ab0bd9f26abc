"""skopeo: between a layout in a directory and a registry."""

import json
import tempfile
from pathlib import Path

from tests.support.clients.client import Client
from tests.support.clients.image import TAG, OciImage, manifest_digest


class Skopeo(Client):
    """Sends each layer with one PATCH and an empty PUT."""

    program = "skopeo"

    def load(self, image: OciImage) -> None:
        """It has no store."""

    def push_command(self, image: OciImage, name: str) -> list[str]:
        source = f"oci:{image.directory}:{TAG}"
        options = ["--dest-tls-verify=false", "--preserve-digests"]
        return ["skopeo", "--insecure-policy", "copy", *options, source, self.address(name)]

    def pull(self, name: str) -> str:
        target = Path(tempfile.mkdtemp(dir=self.home))
        options = ["--src-tls-verify=false", "--preserve-digests"]
        self.run(["skopeo", "--insecure-policy", "copy", *options, self.address(name), f"oci:{target}:{TAG}"])
        return manifest_digest(target)

    def tags(self, repository: str) -> list[str]:
        """The tags of a repository."""
        listed = self.run(["skopeo", "list-tags", "--tls-verify=false", self.address(repository)])
        return list(json.loads(listed)["Tags"])

    def inspect(self, name: str) -> dict[str, object]:
        """What the registry has under this name."""
        found: dict[str, object] = json.loads(self.run(["skopeo", "inspect", "--tls-verify=false", self.address(name)]))
        return found

    def delete(self, name: str) -> None:
        """Delete the image that a tag points to."""
        self.run(["skopeo", "delete", "--tls-verify=false", self.address(name)])

    def address(self, name: str) -> str:
        """As skopeo writes it."""
        return f"docker://{self.registry}/{name}"
