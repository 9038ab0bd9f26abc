"""Layers without parts, as scenarios: stored by one PutObject, and mounted from another repository."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import MoorageError, UnavailableError
from moorage.domain.policy.request import ITSELF
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.completion.store_whole_layer import StoreWholeLayer, store_whole_layer
from moorage.wire.direct.errors import reason_of

from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.interleaving import failing_before
from tests.support.layers import digest_of

CONTENT = b"a layer that arrives in one request, " * 50


def store_whole(registry: LocalRegistry, name: str, *, sent: bytes = CONTENT) -> Callable[[], Answer]:
    """New content; `sent` may be other bytes than those of the digest."""
    command = replace(_command(registry, name, CONTENT), chunks=[sent])

    def act() -> Answer:
        try:
            store_whole_layer(command, replace(registry.ports, access=ITSELF))
        except MoorageError as error:
            return reason_of(error), {}
        return None, {}

    return act


def store_other_bytes(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """Bytes that do not hash to the digest: S3 refuses them."""
    return store_whole(registry, name, sent=CONTENT[::-1])


def unrecorded_object(registry: LocalRegistry, name: str) -> None:
    """Store an object whose commit never comes. It is in the first shard: the calls of a run are always the same."""
    content = f"an object that no record names, of {name}".encode()
    ports = replace(registry.ports, access=ITSELF, new_id=lambda: f"0{str(uuid4())[1:]}")
    with pytest.raises(UnavailableError):
        store_whole_layer(
            _command(registry, name, content),
            failing_before(ports, "catalog.commit_unrecorded", UnavailableError()),
        )


def _command(registry: LocalRegistry, name: str, content: bytes) -> StoreWholeLayer:
    return StoreWholeLayer(
        repository=RepositoryId(registry.settings.registry_id, name),
        layer_digest=Digest.of(digest_of(content)),
        size_bytes=len(content),
        chunks=[content],
    )


def store_whole_of_known_content(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """Content that another repository has."""
    registry.must("CreateRepository", repositoryName=f"{name}/other")
    registry.push(f"{name}/other", CONTENT)
    return store_whole(registry, name)


def mount(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """A direct upload that begins with a mount."""
    other = f"{name}/other"
    registry.must("CreateRepository", repositoryName=other)
    registry.push(other, CONTENT)
    members = {"repositoryName": name, "layerDigest": digest_of(CONTENT), "layerSize": len(CONTENT)}
    return lambda: registry.direct("POST", "", **members, mountFrom=other)
