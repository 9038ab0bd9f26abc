"""Records for the contract tests of the ports."""

import uuid
from dataclasses import fields, replace
from typing import Any

from moorage.adapters.dynamodb.keys import blob_pk, link_sk
from moorage.adapters.dynamodb.layers.models import LinkItem
from moorage.domain.digest import Digest
from moorage.domain.layer import ContentId
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.direct_upload import one_object
from moorage.domain.uploads.relay_progress import RelayProgress
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.ports import Ports

from tests.support.fakes.memory_catalog import MemoryCatalog

REGISTRY_ID = "000000000000"
ANNOUNCED = one_object(Digest.of(f"sha256:{'cd' * 32}"), 10, "a/b")
"""A layer that a client sends straight to S3."""


def repository(name: str, incarnation: str = "first", **changed: Any) -> Repository:
    """A repository to keep."""
    members = {"id": RepositoryId(REGISTRY_ID, name), "incarnation": incarnation, "created_at": 1_700_000_000.125}
    return Repository(**{**members, **changed})


_OF_PROGRESS = frozenset(field.name for field in fields(RelayProgress))


def changed_upload(before: Upload, **changed: Any) -> Upload:
    """The upload with other values, those of its progress included."""
    progress = {name: changed.pop(name) for name in _OF_PROGRESS & changed.keys()}
    if progress:
        changed["transfer"] = replace(before.relayed, **progress)
    return replace(before, **changed)


def upload(name: str, **changed: Any) -> Upload:
    """A new upload to keep, of that repository's first incarnation."""
    upload_id = str(uuid.uuid4())
    made = Upload(
        ref=UploadRef(RepositoryId(REGISTRY_ID, name), upload_id),
        repository_incarnation="first",
        encryption=Encryption(),
        object_key=f"blobs/{REGISTRY_ID}/{upload_id}",
        multipart_id=f"multipart of {upload_id}",
        initiated_at=1_700_000_000.5,
        expires_at=1_700_086_400,
    )
    return changed_upload(made, **changed)


def linked_from(ports: Ports, content: ContentId) -> list[str]:
    """The names of the repositories that have a link to the content, in order."""
    if isinstance(ports.catalog, MemoryCatalog):
        return sorted(link.repository.name for link in ports.catalog.records.links_to(content))
    pk, prefix = blob_pk(content.registry_id, content.digest), link_sk(content.sharing_id)
    return [item.repository_name for item in LinkItem.query(pk, LinkItem.sk.startswith(prefix), consistent_read=True)]
