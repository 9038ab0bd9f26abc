"""A registry in memory whose images are set by hand, and the scheduled function's ports on it."""

import json
from collections.abc import Callable
from typing import Any

from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.lifecycle.evaluation import Evaluation
from moorage.usecases.lifecycle.apply_lifecycle import LifecycleReport, apply_lifecycle
from moorage.usecases.lifecycle.get_lifecycle_policy_preview import (
    GetLifecyclePolicyPreview,
    PreviewPage,
    get_lifecycle_policy_preview,
)
from moorage.usecases.lifecycle.lifecycle_policy import PutLifecyclePolicy, put_lifecycle_policy
from moorage.usecases.lifecycle.start_lifecycle_policy_preview import (
    StartLifecyclePolicyPreview,
    start_lifecycle_policy_preview,
)
from moorage.usecases.ports.lifecycle import LifecyclePorts

from tests.support.fakes.memory_lifecycle import MemoryUnusedLayers
from tests.support.fakes.memory_unrecorded import MemoryUnrecorded
from tests.support.fakes.world import REPOSITORY, World

INTERVAL = 86_400


def keep(number: int, priority: int = 1, **selection: Any) -> str:
    """A policy that keeps so many images."""
    selected = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number, **selection}
    rule = {"rulePriority": priority, "selection": selected, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]}, indent=4)


def images(world: World, number: int, *tags: str) -> list[LifecycleImage]:
    """So many images, the oldest first."""
    start = world.clock.now - 1000
    return [LifecycleImage(digest=f"d{place:03}", pushed_at=start + place, tags=tags) for place in range(number)]


def read(world: World, **asked: Any) -> PreviewPage:
    query = GetLifecyclePolicyPreview(repository=world.repository_id(), **asked)
    return get_lifecycle_policy_preview(query, world.ports)


def digests(page: PreviewPage) -> list[str]:
    return [decision.image.digest for decision in page.results]


class Lifecycle:
    """What the tests say."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.unused_layers = MemoryUnusedLayers()
        self.unrecorded = MemoryUnrecorded(world.records, world.content, world.registry_id)
        self.now: Callable[[], float] = world.clock
        self.unused_layer_seconds = 0

    def put(self, text: str, name: str = REPOSITORY) -> None:
        command = PutLifecyclePolicy(repository=self.world.repository_id(name), text=text)
        put_lifecycle_policy(command, self.world.ports)

    def preview(self, text: str | None = None, name: str = REPOSITORY) -> Evaluation:
        command = StartLifecyclePolicyPreview(repository=self.world.repository_id(name), text=text)
        return start_lifecycle_policy_preview(command, self.world.ports)

    def apply(self, seconds: float = 600, **changed: Any) -> LifecycleReport:
        ports = {
            "registry_id": self.world.registry_id,
            "repositories": self.world.ports.repositories,
            "lifecycle": self.world.lifecycle,
            "images": self.world.lifecycle_images,
            "unused_layers": self.unused_layers,
            "unrecorded": self.unrecorded,
            "runs": self.world.lifecycle,
            "now": self.now,
            "new_id": self.world.ports.new_id,
            "interval_seconds": INTERVAL,
            "unused_layer_seconds": self.unused_layer_seconds,
            "workers": 1,
        }
        return apply_lifecycle(self.world.clock.now + seconds, LifecyclePorts(**{**ports, **changed}))

    def left(self, name: str = REPOSITORY) -> list[str]:
        return sorted(self.world.lifecycle_images.images.get(name, {}))
