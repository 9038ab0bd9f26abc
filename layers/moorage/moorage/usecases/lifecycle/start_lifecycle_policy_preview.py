"""StartLifecyclePolicyPreview: evaluate a policy without carrying it out."""

from dataclasses import dataclass

from moorage.domain.errors import (
    LifecyclePolicyNotFoundError,
    LifecyclePreviewInProgressError,
    RepositoryNotFoundError,
)
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, StoredPolicy
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.lifecycle._evaluate_repository import Evaluator, evaluate_repository
from moorage.usecases.lifecycle._find_lifecycle import find_lifecycle
from moorage.usecases.ports import Ports

BUDGET_SECONDS = 12
"""How long the API evaluates by itself; what takes longer is finished by the scheduled function."""
LEASE_SECONDS = 60
"""A preview that is not complete after this time belongs to no API request any more, and can be started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLifecyclePolicyPreview:
    """`text` is the policy to evaluate; None for the repository's own."""

    repository: RepositoryId
    text: str | None = None


def start_lifecycle_policy_preview(command: StartLifecyclePolicyPreview, ports: Ports) -> Evaluation:
    """Start a preview, in place of any other; complete, unless the repository has too many images for that.

    Raises: RepositoryNotFoundError, LifecyclePolicyNotFoundError, LifecyclePreviewInProgressError,
    InvalidParameterError.
    """
    if command.text is not None:
        parse_lifecycle_policy(command.text)
    found = find_lifecycle(command.repository, ports)
    policy = found.policy if command.text is None else StoredPolicy(text=command.text, version="")
    if policy is None:
        raise LifecyclePolicyNotFoundError(command.repository)
    now = ports.now()
    earlier = found.evaluation
    if earlier and not earlier.is_complete and now < earlier.started_at + LEASE_SECONDS:
        raise LifecyclePreviewInProgressError(command.repository)
    preview = Evaluation(evaluation_id=ports.new_id(), policy=policy, started_at=now)
    repository = found.repository
    if repository is None or not ports.lifecycle.begin_evaluation(repository, EvaluationKind.PREVIEW, preview):
        raise RepositoryNotFoundError(command.repository)
    evaluator = Evaluator(ports.lifecycle, ports.lifecycle_images, ports.now, now + BUDGET_SECONDS)
    return evaluate_repository(repository, EvaluationKind.PREVIEW, preview, evaluator) or preview
