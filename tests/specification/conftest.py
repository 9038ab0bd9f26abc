"""The OCI Distribution Specification, section by section, over HTTP against `moorage serve`.

The cases are those of the official conformance suite, and those that its sections ask for beyond it. Section names are
those of spec.md, version 1.1, and of its main branch where a comment says so.
"""

import uuid
from collections.abc import Iterator

import pytest

from tests.support.engines import Server, serving
from tests.support.oci.http import OciHttp


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server, which creates repositories on push."""
    with serving(tmp_path_factory.mktemp("specification")) as running:
        yield running


@pytest.fixture
def oci(server: Server) -> OciHttp:
    """A repository of the test's own, which exists."""
    return _new_repository(server)


@pytest.fixture
def second(server: Server) -> OciHttp:
    """Another repository."""
    return _new_repository(server)


def _new_repository(server: Server) -> OciHttp:
    made = OciHttp(server.url, f"specification/{uuid.uuid4().hex[:12]}")
    assert made.ask("POST", "blobs/uploads/").status == 202
    return made
