"""Ports of lifecycle policies: their records, stored evaluations, images, layers, and the run's progress.

Every method may raise UnavailableError (throttling, outage, conflict). Reads by key are strongly consistent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from moorage.domain.layer import Layer
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.records import Repositories
from moorage.usecases.ports.unrecorded import UnrecordedObjects


@dataclass(frozen=True, slots=True)
class LifecycleLookup:
    """A repository's lifecycle policy and evaluations, from one read."""

    repository: Repository | None
    policy: StoredPolicy | None = None
    evaluation: Evaluation | None = None


class LifecycleRecords(Protocol):
    """Policies and stored evaluations. Those of an earlier incarnation of a repository count as absent."""

    def look_up(self, repository: RepositoryId, kind: EvaluationKind) -> LifecycleLookup:
        """Repository, policy and evaluation in one read."""

    def get_policies(self, repositories: Sequence[Repository]) -> dict[str, StoredPolicy]:
        """The policies of up to 100 repositories, by repository name."""

    def create_repository(self, repository: Repository, policy: StoredPolicy) -> None:
        """Write a new repository with its policy, both or neither.

        Raises: RepositoryAlreadyExistsError if the name is taken by another incarnation.
        """

    def put_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        """Write it, in place of any other; False if the repository's deletion has begun."""

    def delete_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        """Remove this version; False if it is gone."""

    def record_run(self, repository: Repository, policy: StoredPolicy, evaluated_at: float) -> None:
        """Note when this version was carried out, if it is still the repository's policy."""

    def begin_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        """Write it, in place of any other of its kind; False if the repository's deletion has begun.

        A preview is pending until it is complete.
        """

    def put_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int, page: list[Decision]
    ) -> None:
        """Write one page; the same page again is harmless."""

    def get_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int
    ) -> list[Decision]:
        """Read one page of a complete evaluation; the decisions' images have what a page keeps of them.

        That is the digest, the tags, when it was pushed and its storage class.
        """

    def update_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        """Keep its new state; False if another evaluation has taken its place. Complete, it is no longer pending."""

    def pending_previews(self, registry_id: str) -> list[str]:
        """The names of repositories whose previews are not complete; some may be gone."""

    def forget_pending(self, repository: RepositoryId) -> None:
        """Remove its name from that list."""


class LifecycleImages(Protocol):
    """The images of a repository, as rules see them."""

    def pages(self, repository: Repository) -> Iterator[list[LifecycleImage]]:
        """All of them, page by page, in no particular order."""

    def expire(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        """Delete it with its tags; False if it has other tags or another storage class than it had, or is named."""

    def archive(self, repository: Repository, image: LifecycleImage, now: float) -> bool:
        """Archive it; False as above."""


class UnusedLayers(Protocol):
    """Removal of layers that no image uses."""

    def candidates(self, repository: Repository, unused_since: float, now: float) -> Iterator[list[Layer]]:
        """Page by page, the layers that were neither pushed nor confirmed available after that time."""

    def is_used(self, repository: Repository, layer: Layer, now: float) -> bool:
        """Whether an image uses it, or a push that may still commit one."""

    def unlink(self, repository: Repository, layer: Layer, unused_since: float, now: float) -> bool:
        """Remove the layer's record; False if an image uses it, or it was confirmed again."""


class LifecycleRuns(Protocol):
    """The progress of runs; one invocation at a time holds the lease on it."""

    def claim(self, registry_id: str, owner: str, now: float, lease_until: float) -> LifecycleRun | None:
        """Take the lease and read how far the last run came; None while another owner holds it.

        Before the first run, a finished run of the time 0.
        """

    def save(self, registry_id: str, owner: str, run: LifecycleRun, lease_until: float) -> bool:
        """Keep the progress and the lease until then; False if the lease is another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecyclePorts:
    """Everything that the scheduled function depends on.

    `unused_layer_seconds` is 0 where unused layers are kept; `workers` images are deleted at the same time.
    """

    registry_id: str
    repositories: Repositories
    lifecycle: LifecycleRecords
    images: LifecycleImages
    unused_layers: UnusedLayers
    unrecorded: UnrecordedObjects
    runs: LifecycleRuns
    now: Callable[[], float]
    new_id: Callable[[], str]
    interval_seconds: int
    unused_layer_seconds: int
    workers: int = 8
