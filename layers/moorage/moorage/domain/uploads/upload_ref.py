"""How an upload is named. Errors name it too, so this module imports neither them nor the upload."""

from typing import NamedTuple

from moorage.domain.repositories.repository import RepositoryId


class UploadRef(NamedTuple):
    """The id of an upload and its repository: an upload id is valid in one repository only."""

    repository: RepositoryId
    upload_id: str
