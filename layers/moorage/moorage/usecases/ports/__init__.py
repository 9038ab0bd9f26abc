"""All that the use cases need of the world, in one value. Adapters implement ports and translate errors, nothing else.

The ports themselves: record_ports.py, content_ports.py, verification_ports.py; those of the reaper and of fsck are
apart (reaper_ports.py, fsck_ports.py), since they alone may delete.
"""

from collections.abc import Callable
from dataclasses import dataclass

from moorage.usecases.ports.content import ContentStore, Hasher
from moorage.usecases.ports.lifecycle import LifecycleImages, LifecycleRecords
from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads
from moorage.usecases.ports.settings import RegistrySettings
from moorage.usecases.ports.verification import CompletionQueue, DirectStore, VerificationLimits, Verifications


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What this registry takes and promises; sizes in bytes, times in seconds. Sources: settings.py."""

    registry_id: str
    part_size_bytes: int
    min_part_bytes: int
    max_parts: int
    max_layer_bytes: int
    min_stored_bytes: int
    part_reservation_seconds: int
    upload_lifetime_seconds: int
    verification: VerificationLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of the world that a use case may touch."""

    repositories: Repositories
    uploads: Uploads
    catalog: LayerCatalog
    content: ContentStore
    hasher: Hasher
    verifications: Verifications
    direct: DirectStore
    completions: CompletionQueue
    settings: RegistrySettings
    lifecycle: LifecycleRecords
    lifecycle_images: LifecycleImages
    limits: Limits
    now: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
