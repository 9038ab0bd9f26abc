"""Records of version 1 beside those of today: they stay safe, and fsck migrates them while the registry is in use."""

import pytest
from moorage.adapters.dynamodb.layers.mapping import blob_key
from moorage.adapters.dynamodb.layers.models import BlobItem, LinkItem
from moorage.adapters.dynamodb.schema import DynamoDbSchema
from moorage.domain.digest import Digest
from moorage.domain.errors import LaterSchemaError
from moorage.domain.layer import ContentId
from moorage.domain.schema import SCHEMA_VERSION
from moorage.usecases.fsck._fault import Fault
from moorage_local.stack.stack import Stack

from tests.support.faults.fsck import examine
from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE
from tests.support.layers import digest_of
from tests.support.records import linked_from

FIRST, SECOND, THIRD = "old/first", "old/second", "old/third"


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    """Content of version 1 that two repositories have, and a third repository."""
    made = LocalRegistry()
    for name in (FIRST, SECOND, THIRD):
        made.must("CreateRepository", repositoryName=name)
    for name in (FIRST, SECOND):
        made.push(name, ONE)
    make_old(made, refs=2)
    made.reap()
    return made


def content(registry: LocalRegistry) -> ContentId:
    return ContentId(registry.settings.registry_id, Digest.of(digest_of(ONE)), "")


def make_old(registry: LocalRegistry, refs: int, expires_at: int | None = None) -> None:
    """As version 1 left it: a counter and no links; and a time to live, if it counts no layer."""
    pk, sk = blob_key(content(registry))
    for link in LinkItem.query(pk, LinkItem.sk.startswith("LINK#"), consistent_read=True):
        link.delete()
    actions = [BlobItem.refs.set(refs)]
    if expires_at is not None:
        actions.append(BlobItem.expires_at.set(expires_at))
    BlobItem(pk, sk).update(actions=actions)


def let_all_times_pass(registry: LocalRegistry) -> None:
    for _ in range(3):
        registry.reap()
        registry.expire(registry.settings.blob_grace_seconds + 1)
    registry.reap()


def require_layers(registry: LocalRegistry, *names: str) -> None:
    for name in names:
        assert registry.download(name, digest_of(ONE)) == ONE


def faults(registry: LocalRegistry, **options: bool) -> set[Fault]:
    return {each.finding.fault for each in examine(registry, **options)}


def test_fsck_writes_the_links_and_the_version(registry: LocalRegistry) -> None:
    assert DynamoDbSchema().version() == 1
    assert faults(registry) == {Fault.EARLIER_VERSION}
    assert faults(registry, repair=True) == {Fault.EARLIER_VERSION}
    assert examine(registry, verify=True) == []
    assert linked_from(registry.ports, content(registry)) == [FIRST, SECOND]
    assert DynamoDbSchema().version() == SCHEMA_VERSION
    registry.must("DeleteRepository", repositoryName=FIRST, force=True)
    let_all_times_pass(registry)
    require_layers(registry, SECOND)
    registry.require_nothing_left()


def test_old_content_that_loses_its_layers_stays_until_it_is_migrated(registry: LocalRegistry) -> None:
    registry.push(THIRD, ONE)
    registry.must("DeleteRepository", repositoryName=THIRD, force=True)
    let_all_times_pass(registry)
    require_layers(registry, FIRST, SECOND)
    for name in (FIRST, SECOND):
        registry.must("DeleteRepository", repositoryName=name, force=True)
    let_all_times_pass(registry)
    assert faults(registry, repair=True) == {Fault.EARLIER_VERSION}
    assert examine(registry) == []
    registry.require_nothing_left()


def test_a_layer_that_is_linked_to_old_content_is_kept_by_the_migration(registry: LocalRegistry) -> None:
    registry.push(THIRD, ONE)
    examine(registry, repair=True)
    for name in (FIRST, SECOND):
        registry.must("DeleteRepository", repositoryName=name, force=True)
    let_all_times_pass(registry)
    require_layers(registry, THIRD)
    assert len(list(registry.fsck_ports.inventory.objects())) == 1
    registry.require_nothing_left()


def test_a_push_to_old_content_that_is_about_to_expire_stores_its_own_object(registry: LocalRegistry) -> None:
    for name in (FIRST, SECOND):
        registry.must("DeleteRepository", repositoryName=name, force=True)
    make_old(registry, refs=0, expires_at=int(registry.now) + 10)
    registry.push(THIRD, ONE)
    registry.reap()
    registry.expire(11)
    registry.reap()
    require_layers(registry, THIRD)
    assert len(list(registry.fsck_ports.inventory.objects())) == 1
    examine(registry, repair=True)
    assert examine(registry, verify=True) == []
    registry.require_nothing_left()


def test_old_content_that_expires_goes_with_its_object(registry: LocalRegistry) -> None:
    for name in (FIRST, SECOND):
        registry.must("DeleteRepository", repositoryName=name, force=True)
    registry.reap()
    make_old(registry, refs=0, expires_at=int(registry.now) + 10)
    registry.expire(11)
    registry.reap()
    assert not list(registry.fsck_ports.inventory.objects())


def test_content_that_changed_after_it_was_read_is_not_migrated(registry: LocalRegistry) -> None:
    blob = registry.reaper.collection.get(content(registry))
    assert blob is not None
    BlobItem(*blob_key(blob.id)).update(actions=[BlobItem.refs.add(1)])
    assert not registry.fsck_ports.link_repairs.migrate(blob)
    assert faults(registry) == {Fault.EARLIER_VERSION}


def test_a_table_of_a_later_version_is_refused(registry: LocalRegistry) -> None:
    DynamoDbSchema().raise_to(SCHEMA_VERSION + 1)
    with pytest.raises(LaterSchemaError, match=f"version {SCHEMA_VERSION + 1}.*up to {SCHEMA_VERSION}: deploy a newer"):
        examine(registry, repair=True)
    DynamoDbSchema().raise_to(SCHEMA_VERSION)
    assert DynamoDbSchema().version() == SCHEMA_VERSION + 1
