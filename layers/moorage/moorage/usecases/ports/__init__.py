"""Everything the use cases depend on, in one value.

Adapters implement the ports and translate errors, nothing else. The ports are declared in the modules of this package.
Those of the reaper and of fsck are separate bundles, because only they may delete.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process imports the ports that its requests use, and no others (docs/adr/0013)
    from moorage.domain.policy.request import AccessRequest
    from moorage.domain.token import TokenKey
    from moorage.usecases.ports.content import ContentStore, Hasher
    from moorage.usecases.ports.images import Images, ManifestStore
    from moorage.usecases.ports.lifecycle import LifecycleImages, LifecycleRecords, UnusedLayers
    from moorage.usecases.ports.policies import Policies
    from moorage.usecases.ports.records import LayerCatalog, Repositories, Uploads
    from moorage.usecases.ports.removals import Removals
    from moorage.usecases.ports.settings import RegistrySettings
    from moorage.usecases.ports.verification import CompletionQueue, DirectStore, VerificationLimits, Verifications


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of this registry; sizes in bytes, times in seconds. Sources: settings.py."""

    registry_id: str
    part_size_bytes: int
    min_part_bytes: int
    max_parts: int
    max_layer_bytes: int
    max_put_bytes: int
    min_stored_bytes: int
    stream_part_bytes: int
    proxy_blob_bytes: int
    part_reservation_seconds: int
    upload_lifetime_seconds: int
    administrators: frozenset[str]
    """Subjects that alone may use the routes without a repository; empty: everybody whom IAM lets."""
    unused_layer_seconds: int
    creates_on_push: bool
    max_tags_per_image: int
    max_answer_bytes: int
    verification: VerificationLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything a use case may use."""

    repositories: Repositories
    uploads: Uploads
    catalog: LayerCatalog
    images: Images
    removals: Removals
    manifests: ManifestStore
    content: ContentStore
    hasher: Hasher
    verifications: Verifications
    direct: DirectStore
    completions: CompletionQueue
    settings: RegistrySettings
    policies: Policies
    lifecycle: LifecycleRecords
    lifecycle_images: LifecycleImages
    unused_layers: UnusedLayers
    token_keys: Sequence[TokenKey]
    refresh_token_keys: Callable[[], bool]
    """Reads them again after an unknown one came; whether they have changed."""
    access: AccessRequest
    """Who asks, and for what; an entry point replaces it for each request."""
    limits: Limits
    now: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
