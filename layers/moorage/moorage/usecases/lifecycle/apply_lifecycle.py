"""The scheduled work: finish previews, find objects without records, and carry out the policy of every repository.

1. Take the lease on the run: one invocation at a time works on it.
2. Finish the previews that the API had no time for.
3. If the next run is due: find objects that pushes have left without a record, then begin the run.
4. Repository by repository, in the order of their names: carry out its policy, then unlink its unused layers.
5. Shortly before the deadline, keep the progress. The next invocation resumes at the same repository.

Every step can be repeated. A repository that fails is counted and left to the next run. Each repository that an
invocation changes has one line in the log; it is not written if the process ends in the middle of the repository.
"""

import logging
from dataclasses import asdict, dataclass, replace
from functools import partial

from moorage.domain.errors import MoorageError
from moorage.domain.lifecycle.evaluation import EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.lifecycle._abandon_unrecorded import abandon_unrecorded
from moorage.usecases.lifecycle._carry_out_policy import Tally, carry_out_policy
from moorage.usecases.lifecycle._evaluate_repository import Evaluator, evaluate_repository
from moorage.usecases.lifecycle._unlink_unused_layers import unlink_unused_layers
from moorage.usecases.ports.lifecycle import LifecyclePorts

RESERVE_SECONDS = 120
"""The deadline is so long before the invocation ends, which the lease outlives: a page that has begun can end."""
REPOSITORIES_TOGETHER = 100
OPERATION, CALLER = "ApplyLifecycle", "events.amazonaws.com"
"""What the log says of a change that the schedule makes, where a request has its operation and its caller."""
_log = logging.getLogger("moorage")


@dataclass(frozen=True, slots=True)
class LifecycleReport:
    """What an invocation did; `is_finished` if nothing is left to do before the next run is due."""

    tally: Tally
    is_finished: bool


def apply_lifecycle(deadline: float, ports: LifecyclePorts) -> LifecycleReport:
    """Work until all is done or `deadline` (epoch seconds) is near."""
    tally, owner, lease_until = Tally(), ports.new_id(), deadline + RESERVE_SECONDS
    run = ports.runs.claim(ports.registry_id, owner, ports.now(), lease_until)
    if run is None:
        return LifecycleReport(tally, is_finished=False)
    keep = partial(ports.runs.save, ports.registry_id, owner, lease_until=lease_until)
    _finish_previews(deadline, tally, ports)
    if run.is_finished and ports.now() >= run.started_at + ports.interval_seconds:
        # Before the run begins: if this invocation dies, the run is still due, and the next one looks again.
        run = abandon_unrecorded(run, (ports.now() + deadline) / 2, tally, keep, ports)
        run = LifecycleRun(started_at=ports.now(), listed=run.listed)
        # Kept before anything is deleted: an invocation that resumes must know that it is in the same run.
        if not keep(run):
            return LifecycleReport(tally, is_finished=False)
    while not run.is_finished and ports.now() < deadline:
        run = _next_repositories(run, deadline, tally, ports)
        if not keep(run):
            return LifecycleReport(tally, is_finished=False)
    ports.runs.save(ports.registry_id, owner, run, ports.now())
    return LifecycleReport(tally, is_finished=run.is_finished)


def _finish_previews(deadline: float, tally: Tally, ports: LifecyclePorts) -> None:
    evaluator = Evaluator(ports.lifecycle, ports.images, ports.now, deadline)
    for name in ports.lifecycle.pending_previews(ports.registry_id):
        repository = RepositoryId(ports.registry_id, name)
        found = ports.lifecycle.look_up(repository, EvaluationKind.PREVIEW)
        if found.repository is None or found.evaluation is None or found.evaluation.is_complete:
            ports.lifecycle.forget_pending(repository)
        elif evaluate_repository(found.repository, EvaluationKind.PREVIEW, found.evaluation, evaluator):
            tally.add(previews=1)


def _next_repositories(run: LifecycleRun, deadline: float, tally: Tally, ports: LifecyclePorts) -> LifecycleRun:
    page, after = ports.repositories.list_page(ports.registry_id, run.after, REPOSITORIES_TOGETHER)
    policies = ports.lifecycle.get_policies(page)
    for repository in page:
        done = Tally()
        is_finished = _try_to_work_on(repository, policies.get(repository.name), run, deadline, done, ports)
        tally.add(**asdict(done))
        if not is_finished:
            return run
        run = replace(run, after=repository.name)
    return replace(run, after=after, is_finished=after is None)


def _try_to_work_on(
    repository: Repository,
    policy: StoredPolicy | None,
    run: LifecycleRun,
    deadline: float,
    tally: Tally,
    ports: LifecyclePorts,
) -> bool:
    """Work on one repository, and log what became of it; a failure is left to the next run."""
    try:
        is_finished = _work_on(repository, policy, run, deadline, tally, ports)
    except MoorageError as error:
        tally.add(failed_repositories=1)
        extra = _change(repository, tally, type(error).__name__)
        _log.exception("the lifecycle of a repository failed", extra=extra)
        return True
    if tally.has_changes:
        outcome = "Success" if is_finished and not tally.failed_images else "Incomplete"
        _log.info("%s: %s", OPERATION, outcome, extra=_change(repository, tally, outcome))
    return is_finished


def _change(repository: Repository, tally: Tally, outcome: str) -> dict[str, str | int]:
    """The fields of a repository's line, named as in the line of a request that changes something."""
    return {
        "operation": OPERATION,
        "caller": CALLER,
        "repository": repository.name,
        "expired": tally.expired,
        "archived": tally.transitioned,
        "unlinked_layers": tally.unlinked_layers,
        "failed_images": tally.failed_images,
        "outcome": outcome,
    }


def _work_on(
    repository: Repository,
    policy: StoredPolicy | None,
    run: LifecycleRun,
    deadline: float,
    tally: Tally,
    ports: LifecyclePorts,
) -> bool:
    if policy and not carry_out_policy(repository, policy, run, deadline, tally, ports):
        return False
    tally.add(repositories=1)
    return not ports.unused_layer_seconds or unlink_unused_layers(repository, deadline, tally, ports)
