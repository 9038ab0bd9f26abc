"""Lifecycle policies and stored evaluations in DynamoDB."""

from collections.abc import Callable, Sequence

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from moorage.adapters.aws_errors import translated_errors
from moorage.adapters.dynamodb.conditional_writes import (
    conflicting_item,
    delete_or_conflict,
    update_or_conflict,
    write_together,
)
from moorage.adapters.dynamodb.gates import check_open, repository_gate
from moorage.adapters.dynamodb.item import read_items
from moorage.adapters.dynamodb.keys import (
    LIFECYCLE_POLICY,
    META,
    PENDING_PREFIX,
    evaluation_page_sk,
    evaluation_sk,
    pending_sk,
    registry_pk,
    repository_pk,
)
from moorage.adapters.dynamodb.lifecycle.mapping import (
    decision_of,
    evaluation_item,
    evaluation_of,
    page_item,
    policy_item,
    policy_of,
)
from moorage.adapters.dynamodb.lifecycle.models import (
    EvaluationItem,
    EvaluationPageItem,
    LifecyclePolicyItem,
    PendingPreviewItem,
)
from moorage.adapters.dynamodb.repositories.mapping import repository_item
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.adapters.dynamodb.repositories.policies import registry_policy_key, repositories_in
from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.lifecycle.evaluate import Decision
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, StoredPolicy
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports.lifecycle import LifecycleLookup


class DynamoDbLifecycle:
    """Implements the port `LifecycleRecords`. Each docstring lists the calls to AWS."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look_up(self, repository: RepositoryId, kind: EvaluationKind) -> LifecycleLookup:
        """One strongly consistent batch of up to four records."""
        pk = repository_pk(repository)
        keys = [(pk, META), (pk, LIFECYCLE_POLICY), (pk, evaluation_sk(kind))]
        keys.append(registry_policy_key(repository.registry_id))
        items = read_items(keys)
        found = next(iter(repositories_in(items)), None)
        if found is None:
            return LifecycleLookup(None)
        own = [item for item in items if getattr(item, "incarnation", None) == found.incarnation]
        policies = (policy_of(item) for item in own if isinstance(item, LifecyclePolicyItem))
        evaluations = (evaluation_of(item) for item in own if isinstance(item, EvaluationItem))
        return LifecycleLookup(found, next(policies, None), next(evaluations, None))

    def get_policies(self, repositories: Sequence[Repository]) -> dict[str, StoredPolicy]:
        """One strongly consistent batch."""
        by_pk = {repository_pk(each.id): each for each in repositories}
        items = read_items([(pk, LIFECYCLE_POLICY) for pk in by_pk])
        return {
            by_pk[item.pk].name: policy_of(item)
            for item in items
            if isinstance(item, LifecyclePolicyItem) and item.incarnation == by_pk[item.pk].incarnation
        }

    def create_repository(self, repository: Repository, policy: StoredPolicy) -> None:
        """One transaction. If the response of an earlier attempt was lost, the incarnation shows that it succeeded."""
        name_is_free = RepositoryItem.pk.does_not_exist()

        def fill(transaction: TransactWrite) -> None:
            item = repository_item(repository)
            transaction.save(item, condition=name_is_free, return_values="ALL_OLD")
            transaction.save(policy_item(repository, policy))

        if reasons := write_together(self._connection, fill):
            present = conflicting_item(reasons[0])
            if not (isinstance(present, RepositoryItem) and present.incarnation == repository.incarnation):
                raise RepositoryAlreadyExistsError(repository.id)

    def put_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        """One transaction, which also checks the repository's gate."""
        return self._add(repository, lambda transaction: transaction.save(policy_item(repository, policy)))

    def delete_policy(self, repository: Repository, policy: StoredPolicy) -> bool:
        """One conditional delete. If the item is gone, an earlier attempt with a lost response has removed it."""
        is_this_version = LifecyclePolicyItem.version == policy.version
        deleted, found = delete_or_conflict(policy_item(repository, policy), is_this_version)
        return deleted or found is None

    def record_run(self, repository: Repository, policy: StoredPolicy, evaluated_at: float) -> None:
        """One conditional update."""
        is_this_version = LifecyclePolicyItem.version == policy.version
        noted: list[Action] = [LifecyclePolicyItem.last_evaluated_at.set(evaluated_at)]
        update_or_conflict(policy_item(repository, policy), noted, is_this_version)

    def begin_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        """One transaction, which also checks the repository's gate."""

        def fill(transaction: TransactWrite) -> None:
            transaction.save(evaluation_item(repository, kind, evaluation))
            if kind is EvaluationKind.PREVIEW:
                transaction.save(_pending(repository.id))

        return self._add(repository, fill)

    def put_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int, page: list[Decision]
    ) -> None:
        """One put."""
        with translated_errors():
            page_item(repository, kind, evaluation, number, page).save()

    def get_page(
        self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation, number: int
    ) -> list[Decision]:
        """One strongly consistent read; a page that has expired is empty."""
        pk = repository_pk(repository.id)
        key = (pk, evaluation_page_sk(kind, evaluation.evaluation_id, number))
        items = read_items([key])
        return [decision_of(row) for item in items if isinstance(item, EvaluationPageItem) for row in item.decisions]

    def update_evaluation(self, repository: Repository, kind: EvaluationKind, evaluation: Evaluation) -> bool:
        """One transaction."""
        is_this_one = EvaluationItem.evaluation_id == evaluation.evaluation_id

        def fill(transaction: TransactWrite) -> None:
            transaction.save(evaluation_item(repository, kind, evaluation), condition=is_this_one)
            if kind is EvaluationKind.PREVIEW and evaluation.is_complete:
                transaction.delete(_pending(repository.id))

        return not write_together(self._connection, fill)

    def pending_previews(self, registry_id: str) -> list[str]:
        """A strongly consistent Query."""
        is_pending = PendingPreviewItem.sk.startswith(PENDING_PREFIX)
        with translated_errors():
            found = PendingPreviewItem.query(registry_pk(registry_id), is_pending, consistent_read=True)
            return [item.repository for item in found]

    def forget_pending(self, repository: RepositoryId) -> None:
        """One delete."""
        with translated_errors():
            _pending(repository).delete()

    def _add(self, repository: Repository, fill: Callable[[TransactWrite], None]) -> bool:
        gate = repository_gate(repository.id, repository.incarnation)

        def checked(transaction: TransactWrite) -> None:
            check_open(transaction, gate, LIFECYCLE_POLICY)
            fill(transaction)

        return not write_together(self._connection, checked)


def _pending(repository: RepositoryId) -> PendingPreviewItem:
    return PendingPreviewItem(
        registry_pk(repository.registry_id), pending_sk(repository.name), repository=repository.name
    )
