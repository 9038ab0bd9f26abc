"""Applies a policy in one repository: evaluates it, stores the decisions, then carries them out page by page.

The decisions are stored before the first is carried out. So a run that is interrupted ends as it would have without
the interruption: what it deleted does not change what the rules count.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from moorage.domain.errors import MoorageError
from moorage.domain.lifecycle.evaluate import Decision
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.lifecycle.policy import Action
from moorage.domain.repositories.repository import Repository
from moorage.usecases.lifecycle._evaluate_repository import Evaluator, evaluate_repository
from moorage.usecases.ports.lifecycle import LifecyclePorts


@dataclass(slots=True)
class Tally:
    """What was done, for the log and for metrics."""

    repositories: int = 0
    expired: int = 0
    transitioned: int = 0
    unlinked_layers: int = 0
    abandoned_objects: int = 0
    previews: int = 0
    skipped: int = 0
    failed_images: int = 0
    failed_repositories: int = 0
    failed_listings: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether anything was changed, or could not be."""
        return bool(self.expired or self.transitioned or self.unlinked_layers or self.failed_images)

    def add(self, **numbers: int) -> None:
        """Add to some of the counts."""
        for name, number in numbers.items():
            setattr(self, name, getattr(self, name) + number)


def carry_out_policy(
    repository: Repository,
    policy: StoredPolicy,
    run: LifecycleRun,
    deadline: float,
    tally: Tally,
    ports: LifecyclePorts,
) -> bool:
    """Whether this run is done with the repository; False if the deadline came first."""
    evaluation = _evaluation(repository, policy, run, deadline, ports)
    while evaluation and evaluation.next_page < evaluation.pages:
        if ports.now() >= deadline:
            return False
        current = ports.lifecycle.get_policies([repository]).get(repository.name)
        if current is None or current.version != policy.version:
            return True  # the policy has changed, and the other decisions are obsolete: the next run evaluates it
        page = ports.lifecycle.get_page(repository, EvaluationKind.RUN, evaluation, evaluation.next_page)
        _carry_out(repository, page, tally, ports)
        evaluation = replace(evaluation, next_page=evaluation.next_page + 1)
        ports.lifecycle.update_evaluation(repository, EvaluationKind.RUN, evaluation)
    if evaluation:
        ports.lifecycle.record_run(repository, policy, evaluation.started_at)
    return evaluation is not None


def _evaluation(
    repository: Repository, policy: StoredPolicy, run: LifecycleRun, deadline: float, ports: LifecyclePorts
) -> Evaluation | None:
    """This run's evaluation of the policy: the stored one, or a new one; None if there is no time for it."""
    stored = ports.lifecycle.look_up(repository.id, EvaluationKind.RUN).evaluation
    is_of_this_run = stored and stored.run_started_at == run.started_at and stored.policy.version == policy.version
    if stored and stored.is_complete and is_of_this_run:
        return stored
    evaluation = Evaluation(
        evaluation_id=ports.new_id(), policy=policy, started_at=ports.now(), run_started_at=run.started_at
    )
    if not ports.lifecycle.begin_evaluation(repository, EvaluationKind.RUN, evaluation):
        return replace(evaluation, is_complete=True)  # it is being deleted: there is nothing to do
    evaluator = Evaluator(ports.lifecycle, ports.images, ports.now, deadline)
    return evaluate_repository(repository, EvaluationKind.RUN, evaluation, evaluator)


def _carry_out(repository: Repository, page: list[Decision], tally: Tally, ports: LifecyclePorts) -> None:
    actions: dict[Action, Callable[[Decision], bool]] = {
        Action.EXPIRE: lambda decision: ports.images.expire(repository, decision.image, ports.now()),
        Action.TRANSITION: lambda decision: ports.images.archive(repository, decision.image, ports.now()),
    }

    def act(decision: Decision) -> str:
        try:
            done = actions[decision.action](decision)
        except MoorageError:
            return "failed_images"  # the next run tries again
        names = {Action.EXPIRE: "expired", Action.TRANSITION: "transitioned"}
        return names[decision.action] if done else "skipped"

    with ThreadPoolExecutor(ports.workers) as workers:
        for outcome in workers.map(act, page):
            tally.add(**{outcome: 1})
