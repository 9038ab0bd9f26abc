"""Converts the record of a repository to the domain's `Repository`, and back."""

from moorage.adapters.dynamodb.keys import META, repository_pk
from moorage.adapters.dynamodb.repositories.models import RepositoryItem
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId, TagFilter, TagMutability


def repository_item(repository: Repository) -> RepositoryItem:
    """The record of a repository."""
    return RepositoryItem(
        repository_pk(repository.id),
        META,
        registry_id=repository.registry_id,
        repository_name=repository.name,
        incarnation=repository.incarnation,
        created_at=repository.created_at,
        deleting=repository.deleting,
        forced=repository.forced,
        encryption_type=repository.encryption.type,
        kms_key=repository.encryption.kms_key,
        tag_mutability=repository.tag_mutability.value,
        tag_mutability_filters=[
            {"filterType": each.type, "filter": each.pattern} for each in repository.tag_mutability_filters
        ],
        scan_on_push=repository.scan_on_push,
        tags=[list(tag) for tag in repository.tags],
        has_archived=repository.has_archived or None,
        policy=repository.policy,
    )


def repository_of(item: RepositoryItem, registry_policy: str | None) -> Repository:
    """The repository of a record; the policies of both decide about requests to it."""
    return Repository(
        id=RepositoryId(item.registry_id, item.repository_name),
        incarnation=item.incarnation,
        created_at=float(item.created_at),
        deleting=item.deleting,
        forced=item.forced,
        encryption=Encryption(item.encryption_type, item.kms_key),
        tag_mutability=TagMutability(item.tag_mutability),
        tag_mutability_filters=tuple(
            TagFilter(each["filter"], each["filterType"]) for each in item.tag_mutability_filters
        ),
        scan_on_push=item.scan_on_push,
        tags=tuple((key, value) for key, value in item.tags),
        has_archived=bool(item.has_archived),
        policy=item.policy,
        policies=tuple(text for text in (item.policy, registry_policy) if text),
    )
