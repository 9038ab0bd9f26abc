"""Blobs that come whole or need not come at all: one PutObject, empty blobs, mounts; with the sections' names."""

import os
import uuid

import pytest
from moorage.domain.images.manifest import DOCKER_MANIFEST
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage_local.stack.environment import REGISTRY_ID

from tests.support.ecr.registry import MIB
from tests.support.images import manifest
from tests.support.layers import digest_of
from tests.support.oci.registry import OciRegistry


def push(oci: OciRegistry, repository: str, content: bytes) -> None:
    assert oci.ask("PUT", f"{oci.start(repository)}?digest={digest_of(content)}", content).status == 201


def has(oci: OciRegistry, repository: str, content: bytes) -> bool:
    return oci.ask("HEAD", f"/v2/{repository}/blobs/{digest_of(content)}").status == 200


@pytest.mark.parametrize("size", [1, 20 * MIB])
def test_a_whole_blob_takes_three_in_one_request_and_four_in_two(oci: OciRegistry, repository: str, size: int):
    """Each request reads the repository, whose policies may have changed."""
    content, other = os.urandom(size), os.urandom(size)
    stored = ["PutObject", "TransactWriteItems"]
    with oci.requests() as requests:
        oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest_of(content)}", content)
    assert requests == ["BatchGetItem", *stored]
    # POST then PUT
    with oci.requests() as requests:
        push(oci, repository, other)
    assert requests == ["BatchGetItem", "BatchGetItem", *stored]


@pytest.mark.parametrize("way", ["post", "put", "patch"])
def test_an_empty_blob(oci: OciRegistry, repository: str, way: str):
    digest = digest_of(b"")
    if way == "post":
        answered = oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest}")
    else:
        location = oci.start(repository)
        location = oci.ask("PATCH", location).location if way == "patch" else location
        answered = oci.ask("PUT", f"{location}?digest={digest}")
    assert answered.status == 201
    found = oci.ask("HEAD", f"/v2/{repository}/blobs/{digest}")
    assert (found.status, found.headers["content-length"]) == (200, "0")


def test_an_empty_put_of_another_digest_is_refused(oci: OciRegistry, repository: str):
    refused = oci.ask("PUT", f"{oci.start(repository)}?digest={digest_of(b'something')}")
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


def test_a_layer_is_mounted_from_a_repository_that_has_it(oci: OciRegistry, repository: str, second: str):
    # Mounting a blob from another repository
    push(oci, repository, b"to be mounted")
    for _ in range(2):
        path = f"/v2/{second}/blobs/uploads/?mount={digest_of(b'to be mounted')}&from={repository}"
        with oci.requests() as requests:
            mounted = oci.ask("POST", path)
        assert (mounted.status, mounted.location) == (201, f"/v2/{second}/blobs/{digest_of(b'to be mounted')}")
        assert "PutObject" not in requests
    assert has(oci, second, b"to be mounted")


@pytest.mark.parametrize("source", ["", "&from=nowhere/at/all", "&from={second}"])
def test_what_is_not_mounted_is_a_session(oci: OciRegistry, repository: str, second: str, source: str):
    # A digest alone gives no access to content: without a repository that has it, the layer has to be sent.
    push(oci, repository, b"a secret")
    query = f"?mount={digest_of(b'a secret')}{source.format(second=second)}"
    started = oci.ask("POST", f"/v2/{second}/blobs/uploads/{query}")
    assert (started.status, has(oci, second, b"a secret")) == (202, False)
    assert oci.ask("PUT", f"{started.location}?digest={digest_of(b'a secret')}", b"a secret").status == 201


def test_content_of_another_encryption_is_not_mounted(oci: OciRegistry, repository: str):
    push(oci, repository, b"plain")
    name = f"contract/{uuid.uuid4().hex}"
    command = CreateRepository(repository=RepositoryId(REGISTRY_ID, name), encryption=Encryption("KMS"))
    create_repository(command, oci.ports)
    started = oci.ask("POST", f"/v2/{name}/blobs/uploads/?mount={digest_of(b'plain')}&from={repository}")
    assert (started.status, has(oci, name, b"plain")) == (202, False)


def test_a_mount_of_no_digest_is_refused(oci: OciRegistry, repository: str):
    refused = oci.ask("POST", f"/v2/{repository}/blobs/uploads/?mount=nonsense&from={repository}")
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


def test_head_says_the_length_in_a_header_that_api_gateway_does_not_write(oci: OciRegistry, repository: str):
    content = b"as long as this"
    push(oci, repository, content)
    text = manifest(content)
    put = oci.ask("PUT", f"/v2/{repository}/manifests/v1", text.encode(), Content_Type=DOCKER_MANIFEST)
    assert put.status == 201
    for path, size in ((f"blobs/{digest_of(content)}", len(content)), ("manifests/v1", len(text))):
        headers = oci.ask("HEAD", f"/v2/{repository}/{path}").headers
        assert [headers[name] for name in ("content-length", "moorage-content-length")] == [str(size)] * 2
