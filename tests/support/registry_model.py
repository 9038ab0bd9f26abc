"""What a registry is, in a page: the machine holds both registries against it."""

from dataclasses import dataclass, field

from tests.support.layers import digest_of


@dataclass
class ModelRepository:
    """A repository and the digests of its layers."""

    layers: set[str] = field(default_factory=set)


@dataclass
class ModelUpload:
    """An upload: whose it is, what it has received, how it ended."""

    owner: str
    repository: ModelRepository
    expires_at: float
    content: bytes = b""
    last: tuple[int, bytes] | None = None
    has_short_part: bool = False
    status: str = "open"


@dataclass
class Model:
    """The registry: every method answers the exception's name, None for success."""

    min_part_bytes: int
    lifetime_seconds: float
    now: float = 0.0
    repositories: dict[str, ModelRepository] = field(default_factory=dict)
    uploads: dict[str, ModelUpload] = field(default_factory=dict)

    def create(self, name: str) -> str | None:
        if name in self.repositories:
            return "RepositoryAlreadyExistsException"
        self.repositories[name] = ModelRepository()
        return None

    def delete(self, name: str, *, force: bool) -> str | None:
        if name not in self.repositories:
            return "RepositoryNotFoundException"
        if self.repositories[name].layers and not force:
            return "RepositoryNotEmptyException"
        deleted = self.repositories.pop(name)
        for upload in self.uploads.values():
            if upload.repository is deleted and upload.status == "open":
                upload.status = "abandoned"
        return None

    def initiate(self, name: str, upload_id: str) -> str | None:
        if name not in self.repositories:
            return "RepositoryNotFoundException"
        expires_at = int(self.now) + self.lifetime_seconds
        self.uploads[upload_id] = ModelUpload(name, self.repositories[name], expires_at)
        return None

    def send(self, name: str, upload_id: str, first: int, part: bytes) -> str | None:
        upload = self.uploads.get(upload_id)
        if upload is None or upload.owner != name or upload.status != "open" or upload.expires_at <= self.now:
            return self._no_upload(name)
        if upload.last == (first, part):
            return None
        if first != len(upload.content):
            return "InvalidLayerPartException"
        if upload.last and len(upload.last[1]) < self.min_part_bytes:
            upload.has_short_part = True
        upload.content += part
        upload.last = (first, part)
        return None

    def complete(self, name: str, upload_id: str, digest: str) -> str | None:
        upload = self.uploads.get(upload_id)
        if upload is None or upload.owner != name or upload.expires_at <= self.now:
            return self._no_upload(name)
        if self.repositories.get(name) is not upload.repository:
            return self._no_upload(name)
        return self._complete(upload, digest)

    def _complete(self, upload: ModelUpload, digest: str) -> str | None:
        if not upload.content:
            return "EmptyUploadException"
        if upload.has_short_part:
            return "LayerPartTooSmallException"
        if digest != digest_of(upload.content):
            return "InvalidLayerException"
        if upload.status == "open":
            upload.status = "superseded" if digest in upload.repository.layers else "completed"
            upload.repository.layers.add(digest)
        return "LayerAlreadyExistsException" if upload.status == "superseded" else None

    def _no_upload(self, name: str) -> str:
        return "UploadNotFoundException" if name in self.repositories else "RepositoryNotFoundException"
