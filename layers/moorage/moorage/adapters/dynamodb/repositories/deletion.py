"""A condition for transactions that remove a repository's records: the repository must still be being deleted.

The reaper may run late. By then, another repository may have the same name, and records with the same keys.
"""

from pynamodb.transactions import TransactWrite

from moorage.adapters.dynamodb.keys import META, repository_pk
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.domain.repositories.repository import Repository


def check_being_deleted(transaction: TransactWrite, repository: Repository) -> None:
    """Add a check: the transaction fails unless the deletion of this incarnation has begun and not ended."""
    is_this_one = RepositoryItem.incarnation == repository.incarnation
    is_being_deleted = RepositoryItem.deleting == True  # noqa: E712 - a condition expression, not a comparison
    key = (repository_pk(repository.id), META)
    transaction.condition_check(RepositoryItem, *key, condition=is_this_one & is_being_deleted)
