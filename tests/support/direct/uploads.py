"""Direct uploads in a world in memory, in short."""

from dataclasses import replace
from typing import Any

from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.completion.complete_layer_upload import CompletedLayer
from moorage.usecases.direct_uploads.complete_direct_upload import complete_direct_upload
from moorage.usecases.direct_uploads.describe_direct_upload import DirectState, describe_direct_upload
from moorage.usecases.direct_uploads.initiate_direct_upload import InitiateDirectUpload, initiate_direct_upload
from moorage.usecases.direct_uploads.list_direct_parts import DirectParts
from moorage.usecases.ports import Ports

from tests.support.fakes.world import REGISTRY_ID, REPOSITORY, World
from tests.support.layers import digest_of


def begin(world: World, content: bytes, name: str = REPOSITORY, **changed: Any) -> DirectParts:
    """POST /direct-uploads of this content, or of what `changed` claims."""
    members = {"layer_digest": digest_of(content), "layer_size_bytes": len(content), **changed}
    command = InitiateDirectUpload(repository=RepositoryId(REGISTRY_ID, name), **members)
    return initiate_direct_upload(command, world.ports)


def sent(world: World, content: bytes, name: str = REPOSITORY, **changed: Any) -> str:
    """A direct upload whose parts S3 has; its id."""
    page = begin(world, content, name, **changed)
    for number in range(1, page.claim.part_count + 1):
        part = page.claim.part(number)
        world.direct.send(page.upload, number, content[part.first_byte : part.last_byte + 1])
    return page.upload.upload_id


def complete(world: World, upload_id: str, deadline: float | None = None, ports: Ports | None = None) -> CompletedLayer:
    return complete_direct_upload(REGISTRY_ID, upload_id, ports or world.ports, deadline)


def describe(world: World, upload_id: str) -> DirectState:
    return describe_direct_upload(REGISTRY_ID, upload_id, world.ports)


def replaced(world: World, upload: Upload, body: bytes) -> None:
    """Put another object in the place of the upload's."""
    found = world.content.objects[upload.object_key]
    world.content.objects[upload.object_key] = replace(found, body=body, etag='"other"')
