"""Lifecycle policies, stored evaluations and the progress of runs in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.lifecycle import LifecycleLookup

from tests.support.fakes.memory_records import MemoryRecords, atomic


class MemoryLifecycle:
    """Implements the ports `LifecycleRecords` and `LifecycleRuns`. Keys have the repository's incarnation."""

    def __init__(self, records: MemoryRecords) -> None:
        self.records = records
        self.policies: dict[str, StoredPolicy] = {}
        self.evaluations: dict[tuple[str, EvaluationKind], Evaluation] = {}
        self.decisions: dict[tuple[str, EvaluationKind, str, int], list[Decision]] = {}
        self.pending: dict[str, list[str]] = {}
        self.runs: dict[str, tuple[str, float, LifecycleRun]] = {}

    @atomic
    def look_up(self, repository_id: RepositoryId, kind: EvaluationKind) -> LifecycleLookup:
        repository = self.records.live_repository(repository_id)
        if repository is None:
            return LifecycleLookup(None)
        incarnation = repository.incarnation
        return LifecycleLookup(repository, self.policies.get(incarnation), self.evaluations.get((incarnation, kind)))

    @atomic
    def get_policies(self, repositories: Sequence[Repository]) -> dict[str, StoredPolicy]:
        return {
            each.name: self.policies[each.incarnation] for each in repositories if each.incarnation in self.policies
        }

    @atomic
    def create_repository(self, repository: Repository, policy: StoredPolicy) -> None:
        present = self.records.repositories.setdefault(repository.id, repository)
        if present.incarnation != repository.incarnation:
            raise RepositoryAlreadyExistsError(repository.id)
        self.policies[repository.incarnation] = policy

    @atomic
    def put_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        if self._is_open(repository):
            self.policies[repository.incarnation] = policy
        return self._is_open(repository)

    @atomic
    def delete_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        kept = self.policies.get(repository.incarnation)
        if kept and kept.version != policy.version:
            return False
        self.policies.pop(repository.incarnation, None)
        return True

    @atomic
    def record_run(self, repository: Repository, policy: StoredPolicy, evaluated_at: float) -> None:
        kept = self.policies.get(repository.incarnation)
        if kept and kept.version == policy.version:
            self.policies[repository.incarnation] = replace(kept, last_evaluated_at=evaluated_at)

    @atomic
    def begin_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        if not self._is_open(repository):
            return False
        self.evaluations[repository.incarnation, kind] = _as_kept(evaluation)
        if kind is EvaluationKind.PREVIEW:
            self.pending.setdefault(repository.registry_id, []).append(repository.name)
        return True

    @atomic
    def put_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int, page: list[Decision]
    ) -> None:
        self.decisions[repository.incarnation, kind, evaluation.evaluation_id, number] = [_kept(each) for each in page]

    @atomic
    def get_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int
    ) -> list[Decision]:
        return self.decisions.get((repository.incarnation, kind, evaluation.evaluation_id, number), [])

    @atomic
    def update_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        key = (repository.incarnation, kind)
        kept = self.evaluations.get(key)
        if kept is None or kept.evaluation_id != evaluation.evaluation_id:
            return False
        self.evaluations[key] = _as_kept(evaluation)
        if kind is EvaluationKind.PREVIEW and evaluation.is_complete:
            self.forget_pending(repository.id)
        return True

    @atomic
    def pending_previews(self, registry_id: str) -> list[str]:
        return sorted(set(self.pending.get(registry_id, [])))

    @atomic
    def forget_pending(self, repository: RepositoryId) -> None:
        names = self.pending.get(repository.registry_id, [])
        self.pending[repository.registry_id] = [name for name in names if name != repository.name]

    @atomic
    def claim(self, registry_id: str, owner: str, now: float, lease_until: float) -> LifecycleRun | None:
        holder, expires_at, run = self.runs.get(registry_id, ("", 0.0, LifecycleRun(started_at=0, is_finished=True)))
        if holder != owner and expires_at > now:
            return None
        self.runs[registry_id] = (owner, lease_until, run)
        return run

    @atomic
    def save(self, registry_id: str, owner: str, run: LifecycleRun, lease_until: float) -> bool:
        if registry_id not in self.runs or self.runs[registry_id][0] != owner:
            return False
        self.runs[registry_id] = (owner, lease_until, run)
        return True

    def _is_open(self, repository: Repository) -> bool:
        live = self.records.live_repository(repository.id)
        return live is not None and live.incarnation == repository.incarnation


def _as_kept(evaluation: Evaluation) -> Evaluation:
    policy = StoredPolicy(text=evaluation.policy.text, version=evaluation.policy.version)
    return replace(evaluation, policy=policy)


def _kept(decision: Decision) -> Decision:
    image = decision.image
    kept = LifecycleImage(
        digest=image.digest, tags=image.tags, pushed_at=image.pushed_at, storage_class=image.storage_class
    )
    return Decision(kept, decision.action, decision.rule_priority)


@dataclass
class MemoryLifecycleImages:
    """Implements the port `LifecycleImages`, by repository name and digest; `page_size` images come together."""

    images: dict[str, dict[str, LifecycleImage]] = field(default_factory=dict)
    page_size: int = 3
    expired: list[str] = field(default_factory=list)

    def add(self, repository_name: str, *images: LifecycleImage) -> None:
        """Put images into a repository."""
        self.images.setdefault(repository_name, {}).update({image.digest: image for image in images})

    def pages(self, repository: Repository) -> Iterator[list[LifecycleImage]]:
        images = list(self.images.get(repository.name, {}).values())
        for start in range(0, len(images), self.page_size):
            yield images[start : start + self.page_size]

    def expire(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        del now
        if not self._is_as_decided(repository, image):
            return False
        del self.images[repository.name][image.digest]
        self.expired.append(image.digest)
        return True

    def archive(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        if not self._is_as_decided(repository, image):
            return False
        found = self.images[repository.name][image.digest]
        archived = replace(found, storage_class=StorageClass.ARCHIVE, archived_at=now)
        self.images[repository.name][image.digest] = archived
        return True

    def _is_as_decided(self, repository: Repository, image: LifecycleImage) -> bool:
        found = self.images.get(repository.name, {}).get(image.digest)
        return found is not None and (found.tags, found.storage_class) == (image.tags, image.storage_class)


@dataclass
class MemoryUnusedLayers:
    """The port `UnusedLayers` with layers set by hand: when each was confirmed, and whether an image uses it."""

    layers: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def candidates(self, repository: Repository, unused_since: float, now: float) -> Iterator[list[Any]]:
        yield [digest for digest, (confirmed_at, _) in self.layers.items() if confirmed_at <= unused_since]

    def unlink(self, repository: Repository, layer: Any, unused_since: float, now: float) -> bool:
        confirmed_at, is_used = self.layers[layer]
        if is_used or confirmed_at > unused_since:
            return False
        del self.layers[layer]
        return True
