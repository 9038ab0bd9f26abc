"""Layers without parts, as scenarios: stored by one PutObject, and mounted from another repository."""

from collections.abc import Callable
from dataclasses import replace

from moorage.domain.digest import Digest
from moorage.domain.errors import MoorageError
from moorage.domain.policy.request import ITSELF
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.completion.store_whole_layer import StoreWholeLayer, store_whole_layer
from moorage.wire.direct.errors import reason_of

from tests.support.faults.registry import Answer, LocalRegistry
from tests.support.layers import digest_of

CONTENT = b"a layer that arrives in one request, " * 50


def store_whole(registry: LocalRegistry, name: str) -> Callable[[], Answer]:
    """New content."""

    def act() -> Answer:
        command = StoreWholeLayer(
            repository=RepositoryId(registry.settings.registry_id, name),
            layer_digest=Digest.of(digest_of(CONTENT)),
            size_bytes=len(CONTENT),
            chunks=[CONTENT],
        )
        try:
            store_whole_layer(command, replace(registry.ports, access=ITSELF))
        except MoorageError as error:
            return reason_of(error), {}
        return None, {}

    return act


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
