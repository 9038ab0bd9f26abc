"""Converts lifecycle records to domain values, and back."""

from typing import Any

from moorage.adapters.dynamodb.keys import LIFECYCLE_POLICY, evaluation_page_sk, evaluation_sk, repository_pk
from moorage.adapters.dynamodb.lifecycle.models import EvaluationItem, EvaluationPageItem, LifecyclePolicyItem
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, StoredPolicy
from moorage.domain.lifecycle.policy import Action, StorageClass
from moorage.domain.repositories.repository import Repository


def policy_item(repository: Repository, policy: StoredPolicy) -> LifecyclePolicyItem:
    """The record of a policy."""
    return LifecyclePolicyItem(
        repository_pk(repository.id),
        LIFECYCLE_POLICY,
        incarnation=repository.incarnation,
        text=policy.text,
        version=policy.version,
        last_evaluated_at=policy.last_evaluated_at,
    )


def policy_of(item: LifecyclePolicyItem) -> StoredPolicy:
    """The policy of a record."""
    at = item.last_evaluated_at
    return StoredPolicy(text=item.text, version=item.version, last_evaluated_at=None if at is None else float(at))


def evaluation_item(repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> EvaluationItem:
    """The record of an evaluation."""
    return EvaluationItem(
        repository_pk(repository.id),
        evaluation_sk(kind),
        incarnation=repository.incarnation,
        evaluation_id=evaluation.evaluation_id,
        policy_text=evaluation.policy.text,
        policy_version=evaluation.policy.version,
        started_at=evaluation.started_at,
        run_started_at=evaluation.run_started_at or None,
        is_complete=evaluation.is_complete,
        expiring=evaluation.expiring,
        transitioning=evaluation.transitioning,
        pages=evaluation.pages,
        next_page=evaluation.next_page,
        expires_at=evaluation.expires_at(),
    )


def evaluation_of(item: EvaluationItem) -> Evaluation:
    """The evaluation of a record."""
    return Evaluation(
        evaluation_id=item.evaluation_id,
        policy=StoredPolicy(text=item.policy_text, version=item.policy_version),
        started_at=float(item.started_at),
        run_started_at=float(item.run_started_at or 0),
        is_complete=item.is_complete,
        expiring=int(item.expiring),
        transitioning=int(item.transitioning),
        pages=int(item.pages),
        next_page=int(item.next_page),
    )


def page_item(
    repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int, page: list[Decision]
) -> EvaluationPageItem:
    """The record of some decisions."""
    return EvaluationPageItem(
        repository_pk(repository.id),
        evaluation_page_sk(kind, evaluation.evaluation_id, number),
        decisions=[_row(decision) for decision in page],
        expires_at=evaluation.expires_at(),
    )


def _row(decision: Decision) -> list[Any]:
    image = decision.image
    return [
        image.digest,
        list(image.tags),
        image.pushed_at,
        image.storage_class.value,
        decision.action.value,
        decision.rule_priority,
    ]


def decision_of(row: list[Any]) -> Decision:
    """A decision as a page keeps it."""
    digest, tags, pushed_at, storage_class, action, priority = row
    image = LifecycleImage(
        digest=digest, tags=tuple(tags), pushed_at=float(pushed_at), storage_class=StorageClass(storage_class)
    )
    return Decision(image, Action(action), int(priority))
