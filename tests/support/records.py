"""Records for the contract tests of the ports."""

import uuid
from typing import Any

from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.uploads.upload import Upload, UploadRef

REGISTRY_ID = "000000000000"


def repository(name: str, incarnation: str = "first", **changed: Any) -> Repository:
    """A repository to keep."""
    members = {"id": RepositoryId(REGISTRY_ID, name), "incarnation": incarnation, "created_at": 1_700_000_000.125}
    return Repository(**{**members, **changed})


def upload(name: str, **changed: Any) -> Upload:
    """A new upload to keep, of that repository's first incarnation."""
    upload_id = str(uuid.uuid4())
    members = {
        "ref": UploadRef(RepositoryId(REGISTRY_ID, name), upload_id),
        "repository_incarnation": "first",
        "encryption": Encryption(),
        "object_key": f"blobs/{REGISTRY_ID}/{upload_id}",
        "multipart_id": f"multipart of {upload_id}",
        "initiated_at": 1_700_000_000.5,
        "expires_at": 1_700_086_400,
    }
    return Upload(**{**members, **changed})
