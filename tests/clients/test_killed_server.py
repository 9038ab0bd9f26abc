"""A server that is killed in the middle of a push, and started again with the same state."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.clients.client import Client
from tests.support.clients.containerd import Containerd
from tests.support.clients.docker import Docker
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server, serving

pytestmark = pytest.mark.clients

MB = 1_000_000
SIZES = pytest.mark.parametrize("size", [60 * MB, pytest.param(300 * MB, marks=pytest.mark.long)], ids=["60", "300"])
KINDS = pytest.mark.parametrize("kind", [Skopeo, Containerd, Docker], ids=lambda kind: str(kind.program))


@contextmanager
def connected(kind: type[Client], server: Server) -> Iterator[Client]:
    with TemporaryDirectory(prefix="c-") as home:
        client = kind(Path(home), server.url.removeprefix("http://"))
        try:
            yield client
        finally:
            client.stop()


def stored_bytes(state: Path) -> int:
    """What the server's store holds on disk."""
    return sum(path.stat().st_size for path in state.rglob("*") if path.is_file())


def has_grown(state: Path, by_bytes: int) -> Callable[[], bool]:
    """Whether the store holds so much more than now."""
    before = stored_bytes(state)
    return lambda: stored_bytes(state) >= before + by_bytes


@KINDS
@SIZES
def test_a_push_is_taken_up_after_the_server_was_killed(kind: type[Client], size: int, tmp_path: Path):
    image: OciImage = build_image(tmp_path / "layout", [1000, size], kind.program)
    state, name = tmp_path / "state", "killed/server:v1"
    with serving(state) as first, connected(kind, first) as client:
        client.load(image)
        has_begun = has_grown(state, size // 8)  # some clients compress what they send

        def kill() -> bool:
            if has_begun():
                first.process.kill()
                return True
            return False

        client.push_interrupted(image, name, kill)
        first.process.wait()
        with serving(state) as second:
            client.registry = second.url.removeprefix("http://")
            client.push(image, name)
            expected = image.digest if client.sends_layers_unchanged else image.config
            assert client.pull(name) == expected
