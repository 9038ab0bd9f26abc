"""`moorage gateway` in front of a registry, as a process of its own: a large image in bounded memory."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients.image import OciImage
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server
from tests.support.gateway_command import gateway_command

pytestmark = pytest.mark.clients
MAX_BYTES_OF_AN_UPLOAD = 64 * 1024 * 1024


@pytest.fixture
def gateway(server: Server) -> Iterator[tuple[str, int]]:
    """Its address, and the id of its process."""
    with gateway_command("gateway", "--to", server.url) as running:
        yield running


def test_a_layer_of_300_mb_goes_through_it_in_bounded_memory(
    gateway: tuple[str, int], large_image: OciImage, tmp_path: Path
):
    address, pid = gateway
    before = max_resident_bytes(pid)
    skopeo = Skopeo(tmp_path / "home", address)
    skopeo.push(large_image, "gateway/large:v1")
    assert max_resident_bytes(pid) - before < MAX_BYTES_OF_AN_UPLOAD
    assert skopeo.pull("gateway/large:v1") == large_image.digest


def max_resident_bytes(pid: int) -> int:
    """The most memory that the process has held."""
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) * 1024
