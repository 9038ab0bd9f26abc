"""A registry in memory with limits of a few bytes, and the short forms in which tests speak to it."""

from dataclasses import dataclass, fields
from itertools import count
from typing import Any

from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.domain.policy.request import ITSELF
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.domain.token import TokenKey
from moorage.domain.uploads.completion import CompleteLayerUpload
from moorage.domain.uploads.relay_progress import StoredPart
from moorage.domain.uploads.sha256_state import HashState
from moorage.domain.uploads.upload import Upload
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.usecases.completion.complete_layer_upload import CompletedLayer, complete_layer_upload
from moorage.usecases.lifecycle.repository_layers import RepositoryLayers
from moorage.usecases.ports import Limits, Ports
from moorage.usecases.ports.verification import VerificationLimits
from moorage.usecases.repositories.create_repository import CreateRepository, create_repository
from moorage.usecases.repositories.delete_repository import DeleteRepository, delete_repository
from moorage.usecases.uploads.initiate_layer_upload import InitiateLayerUpload, initiate_layer_upload
from moorage.usecases.uploads.upload_layer_part import UploadedPart, UploadLayerPart, upload_layer_part

from tests.support.fakes.memory_catalog import MemoryCatalog
from tests.support.fakes.memory_completions import MemoryCompletions
from tests.support.fakes.memory_content import CHUNK_BYTES, MemoryContent
from tests.support.fakes.memory_direct import MemoryDirect
from tests.support.fakes.memory_images import MemoryImages, MemoryManifests
from tests.support.fakes.memory_lifecycle import MemoryLifecycle, MemoryLifecycleImages
from tests.support.fakes.memory_policies import MemoryPolicies
from tests.support.fakes.memory_records import MemoryRecords
from tests.support.fakes.memory_removals import MemoryRemovals
from tests.support.fakes.memory_repositories import MemoryRepositories
from tests.support.fakes.memory_settings import MemorySettings
from tests.support.fakes.memory_uploads import MemoryUploads
from tests.support.fakes.memory_verifications import MemoryVerifications
from tests.support.layers import digest_of
from tests.support.records import changed_upload

REGISTRY_ID = "123456789012"
REPOSITORY = "harbour/anchor"
PART = 10
"""The smallest part of the usual world, and S3's: sizes in tests are multiples of it."""

VERIFICATION = VerificationLimits(
    preferred_part_bytes=PART,
    max_parts=12,
    parts_page=3,
    budget_seconds=20,
    lease_seconds=60,
    checkpoint_bytes=3 * CHUNK_BYTES,
    read_ahead_bytes=CHUNK_BYTES,
    max_hand_overs=30,
)


class Unused:
    """Stands for a port that the operations under test never touch."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a port that this operation has no business with was asked for {name}")


class ForgetfulHasher:
    """A libcrypto that has no states to export: layers are hashed when they are completed."""

    def carries(self) -> bool:
        return False

    def extend(self, state: HashState, data: bytes | bytearray) -> HashState:
        raise AssertionError("cannot export a state")

    def digest(self, state: HashState) -> bytes:
        raise AssertionError("cannot export a state")


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    now: float = 1_000_000.5

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class World:
    """Ports in memory. `limits` override those of the usual world: parts of PART bytes, stored as they come."""

    def __init__(self, *, hasher: Any = None, keeps_checksums: bool = True, **limits: Any) -> None:
        usual = {
            "registry_id": REGISTRY_ID,
            "part_size_bytes": PART,
            "min_part_bytes": PART,
            "min_stored_bytes": PART,
            "max_parts": 6,
            "max_layer_bytes": 200,
            "max_put_bytes": 150,
            "stream_part_bytes": 2 * PART,
            "proxy_blob_bytes": 0,
            "part_reservation_seconds": 60,
            "upload_lifetime_seconds": 1000,
            "administrators": frozenset(),
            "unused_layer_seconds": 0,
            "creates_on_push": False,
            "max_tags_per_image": 3,
            "max_answer_bytes": 200_000,
            "verification": VERIFICATION,
        }
        made = Limits(**_complete(Limits, {**usual, **limits}))
        ids = (f"00000000-0000-4000-8000-{number:012x}" for number in count(0xA))
        self.clock = Clock()
        self.records = MemoryRecords()
        self.content = MemoryContent(made.min_stored_bytes, keeps_checksums=keeps_checksums)
        self.direct = MemoryDirect(self.content)
        self.completions = MemoryCompletions()
        self.images = MemoryImages(self.records)
        self.manifests = MemoryManifests()
        self.lifecycle = MemoryLifecycle(self.records)
        self.lifecycle_images = MemoryLifecycleImages()
        self.removals = MemoryRemovals(self.images)
        catalog = MemoryCatalog(self.records)
        known = {
            "repositories": MemoryRepositories(self.records),
            "uploads": MemoryUploads(self.records),
            "catalog": catalog,
            "images": self.images,
            "manifests": self.manifests,
            "content": self.content,
            "hasher": hasher or LibcryptoHasher(),
            "verifications": MemoryVerifications(self.records),
            "direct": self.direct,
            "completions": self.completions,
            "settings": MemorySettings(self.records),
            "policies": MemoryPolicies(self.records),
            "access": ITSELF,
            "lifecycle": self.lifecycle,
            "lifecycle_images": self.lifecycle_images,
            "removals": self.removals,
            "unused_layers": RepositoryLayers(catalog, self.images, self.removals),
            "token_keys": (TokenKey("test", b"k" * 32),),
            "refresh_token_keys": lambda: False,
            "limits": made,
            "now": self.clock,
            "sleep": self.clock.sleep,
            "new_id": lambda: next(ids),
        }
        self.ports = Ports(**_complete(Ports, known))

    @property
    def registry_id(self) -> str:
        """The registry's own id."""
        return self.ports.limits.registry_id

    def repository_id(self, name: str = REPOSITORY) -> RepositoryId:
        """A repository of this registry."""
        return RepositoryId(self.registry_id, name)

    def ref(self, upload_id: str, name: str = REPOSITORY) -> UploadRef:
        """An upload of a repository of this registry."""
        return UploadRef(self.repository_id(name), upload_id)

    def create(self, name: str = REPOSITORY, encryption: Encryption | None = None) -> Repository:
        """CreateRepository."""
        command = CreateRepository(repository=self.repository_id(name), encryption=encryption or Encryption())
        return create_repository(command, self.ports)

    def delete(self, name: str = REPOSITORY, *, force: bool = True) -> Repository:
        """DeleteRepository."""
        return delete_repository(DeleteRepository(repository=self.repository_id(name), force=force), self.ports)

    def initiate(self, name: str = REPOSITORY) -> str:
        """InitiateLayerUpload; the upload id."""
        command = InitiateLayerUpload(repository=self.repository_id(name))
        return initiate_layer_upload(command, self.ports).upload_id

    def send(
        self, upload_id: str, blob: bytes, first_byte: int | None = None, *, ports: Ports | None = None, **changed: Any
    ) -> UploadedPart:
        """UploadLayerPart; by default the bytes that come next."""
        first = self.head(upload_id).received_bytes if first_byte is None else first_byte
        members = {
            "upload": self.ref(upload_id, changed.pop("repository_name", REPOSITORY)),
            "first_byte": first,
            "last_byte": first + len(blob) - 1,
            "blob": blob,
        }
        return upload_layer_part(UploadLayerPart(**{**members, **changed}), ports or self.ports)

    def complete(
        self, upload_id: str, *layer_digests: str, name: str = REPOSITORY, ports: Ports | None = None
    ) -> CompletedLayer:
        """CompleteLayerUpload."""
        command = CompleteLayerUpload(upload=self.ref(upload_id, name), layer_digests=layer_digests)
        return complete_layer_upload(command, ports or self.ports)

    def uploaded(self, content: bytes, name: str = REPOSITORY, part: int = PART) -> str:
        """A new upload that has received all of `content`; its id."""
        upload_id = self.initiate(name)
        for start in range(0, len(content), part):
            self.send(upload_id, content[start : start + part], repository_name=name)
        return upload_id

    def pushed(self, content: bytes, name: str = REPOSITORY) -> str:
        """A layer of the repository; the id of the upload that made it."""
        upload_id = self.uploaded(content, name)
        self.complete(upload_id, digest_of(content), name=name)
        return upload_id

    def head(self, upload_id: str) -> Upload:
        """The upload's record."""
        return self.records.uploads[upload_id.lower()]

    def change_head(self, upload_id: str, **changed: Any) -> Upload:
        """Change the upload's record by force."""
        head = changed_upload(self.head(upload_id), **changed)
        self.records.uploads[upload_id.lower()] = head
        return head

    def parts(self, upload_id: str) -> list[StoredPart]:
        """The records of its stored parts, in order."""
        return [part for _, part in sorted(self.records.parts.get(upload_id.lower(), {}).items())]

    def stored(self, upload_id: str) -> bytes:
        """The bytes under the upload's key."""
        return self.content.objects[self.head(upload_id).object_key].body


def _complete(shape: Any, known: dict[str, Any]) -> dict[str, Any]:
    return {field.name: known.get(field.name, Unused()) for field in fields(shape)}
