"""A registry in memory whose repository has three layers, and short forms for images of them."""

from typing import Any

from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.usecases.images.push.put_image import PutImage, put_image

from tests.support.fakes.world import World
from tests.support.images import manifest
from tests.support.layers import digest_of

CONFIG, ONE, TWO = b"config", b"one", b"two"


class Harbour(World):
    """The world with a repository that has CONFIG, ONE and TWO."""

    def __init__(self, **limits: Any) -> None:
        super().__init__(**limits)
        self.create()
        for content in (CONFIG, ONE, TWO):
            self.pushed(content)

    def tags(self, content: str) -> tuple[str, ...] | None:
        """The tags of an image; None if there is no such image."""
        found = self.images.read(self.repository_id(), Digest.of(digest_of(content)))
        return None if found is None else found.tags

    def put(self, content: str, tag: str | None = None, **more: Any) -> Image:
        """PutImage."""
        command = PutImage(repository=self.repository_id(), content=content.encode(), tag=tag, **more)
        return put_image(command, self.ports)


def image(*layers: bytes, **more: Any) -> str:
    """A manifest of CONFIG and these layers."""
    return manifest(CONFIG, *layers, **more)
