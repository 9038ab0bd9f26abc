"""Evaluate a policy for all images of a repository, and store what it decides. Previews and runs both come here."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from moorage.domain.lifecycle.evaluate import LifecycleImage, evaluate
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, count, paged
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.lifecycle.policy import Action
from moorage.domain.repositories.repository import Repository
from moorage.usecases.ports.lifecycle import LifecycleImages, LifecycleRecords


@dataclass(frozen=True, slots=True)
class Evaluator:
    """What an evaluation needs; it gives up when `now()` passes `deadline` (epoch seconds)."""

    records: LifecycleRecords
    images: LifecycleImages
    now: Callable[[], float]
    deadline: float


def evaluate_repository(
    repository: Repository, kind: EvaluationKind, evaluation: Evaluation, evaluator: Evaluator
) -> Evaluation | None:
    """The complete evaluation; None if the time was too short, or another evaluation has taken its place.

    Pages come before the record that counts them, so a complete evaluation has all of its pages.
    """
    images: list[LifecycleImage] = []
    for page in evaluator.images.pages(repository):
        images += page
        if evaluator.now() > evaluator.deadline:
            return None
    decisions = evaluate(parse_lifecycle_policy(evaluation.policy.text), images, evaluation.started_at)
    number = 0
    for number, decided in enumerate(paged(decisions), start=1):
        evaluator.records.put_page(repository, kind, evaluation, number - 1, decided)
    complete = replace(
        evaluation,
        is_complete=True,
        pages=number,
        expiring=count(decisions, Action.EXPIRE),
        transitioning=count(decisions, Action.TRANSITION),
    )
    return complete if evaluator.records.update_evaluation(repository, kind, complete) else None
