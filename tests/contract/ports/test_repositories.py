"""The port `Repositories`."""

import os

import boto3
import pytest
from moorage.adapters.dynamodb.keys import REGISTRY_INDEX
from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.repositories.repository import Encryption, RepositoryId, TagFilter, TagMutability
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import RepositoryWrite

from tests.support.records import REGISTRY_ID, repository, upload


def test_a_repository_comes_back_as_it_was_kept(ports: Ports, name: str):
    kept = repository(
        name,
        encryption=Encryption("KMS", "alias/one"),
        tag_mutability=TagMutability.IMMUTABLE_WITH_EXCLUSION,
        tag_mutability_filters=(TagFilter("dev-*"),),
        scan_on_push=True,
        tags=(("team", "\N{ANCHOR} quay"), ("empty", "")),
    )
    ports.repositories.create(kept)
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) == kept


def test_a_name_is_taken_by_one_incarnation(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    with pytest.raises(RepositoryAlreadyExistsError):
        ports.repositories.create(repository(name, "second"))
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)).incarnation == "first"


def test_the_same_creation_again_is_a_lost_answer_and_not_a_second_one(ports: Ports, name: str):
    for _ in range(2):
        ports.repositories.create(repository(name))


def test_what_is_not_there_is_none(ports: Ports, name: str):
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) is None
    ports.repositories.create(repository(name))
    assert ports.repositories.get(RepositoryId("999999999999", name)) is None


def test_many_come_in_the_order_asked_for_once_and_without_the_missing(ports: Ports, name: str):
    for letter in "abc":
        ports.repositories.create(repository(f"{name}/{letter}"))
    asked = [f"{name}/{letter}" for letter in "cxabca"]
    found = ports.repositories.get_many(REGISTRY_ID, asked)
    assert [one.name[-1] for one in found] == ["c", "a", "b"]
    assert ports.repositories.get_many(REGISTRY_ID, []) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_pages_make_the_whole_in_name_order(ports: Ports, name: str, limit: int):
    registry_id = f"{abs(hash(name)) % 10**12:012}"
    names = [f"{name}/{letter}" for letter in "abcde"]
    for one in reversed(names):
        ports.repositories.create(repository(one, id=RepositoryId(registry_id, one)))
    found, after = [], None
    for _ in range(7):
        page, after = ports.repositories.list_page(registry_id, after, limit)
        assert len(page) <= limit
        found += [one.name for one in page]
        if after is None:
            break
    assert found == names


def test_an_empty_registry_has_one_empty_page(ports: Ports):
    assert ports.repositories.list_page("111111111111", None, 100) == ([], None)


def test_settings_are_changed_if_they_are_as_they_were_read(ports: Ports, name: str):
    before = repository(name, scan_on_push=True, tags=(("team", "quay"),))
    ports.repositories.create(before)
    after = repository(
        name,
        tag_mutability=TagMutability.MUTABLE_WITH_EXCLUSION,
        tag_mutability_filters=(TagFilter("v*"),),
        tags=(("team", "pier"), ("size", "")),
    )
    assert ports.repositories.change_settings(before, after) == RepositoryWrite(applied=True, current=after)
    for stale in (before, repository(name, "second", tags=after.tags)):
        refused = ports.repositories.change_settings(stale, repository(name, stale.incarnation))
        assert refused == RepositoryWrite(applied=False, current=after)
    assert ports.repositories.get(after.id) == after


def test_settings_of_what_is_gone_or_being_deleted_are_not_changed(ports: Ports, name: str):
    before, after = repository(name), repository(name, scan_on_push=True)
    assert ports.repositories.change_settings(before, after) == RepositoryWrite(applied=False)
    ports.repositories.create(before)
    ports.repositories.begin_deletion(before.id, forced=True, closed_until=2_000_000_000)
    assert ports.repositories.change_settings(before, after) == RepositoryWrite(applied=False)
    assert ports.repositories.get(before.id) is None


def test_a_repository_whose_deletion_has_begun_is_hidden_and_its_name_still_taken(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    closed = ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=True, closed_until=2_000_000_000)
    assert closed == repository(name, deleting=True, forced=True)
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) is None
    assert ports.repositories.get_many(REGISTRY_ID, [name]) == []
    assert name not in [one.name for one in ports.repositories.list_page(REGISTRY_ID, None, 1000)[0]]
    with pytest.raises(RepositoryAlreadyExistsError):
        ports.repositories.create(repository(name, "second"))


def test_a_deletion_can_be_begun_again_until_it_is_finished(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    begun = ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=True, closed_until=2_000_000_000)
    assert (
        ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=True, closed_until=2_000_000_000)
        == begun
    )
    for _ in range(2):
        assert ports.repositories.finish_deletion(repository(name))
    assert (
        ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=True, closed_until=2_000_000_000)
        is None
    )
    ports.repositories.create(repository(name, "second"))


def test_an_unforced_deletion_can_be_called_off_and_does_not_end_then(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    assert ports.repositories.begin_deletion(
        RepositoryId(REGISTRY_ID, name), forced=False, closed_until=2_000_000_000
    ) == repository(name, deleting=True)
    ports.repositories.call_off_deletion(repository(name))
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) == repository(name)
    assert not ports.repositories.finish_deletion(repository(name))
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) == repository(name)


def test_a_forced_deletion_stays_forced_and_is_not_called_off(ports: Ports, name: str):
    ports.repositories.create(repository(name))
    ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=True, closed_until=2_000_000_000)
    again = ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=False, closed_until=2_000_000_000)
    assert again == repository(name, deleting=True, forced=True)
    ports.repositories.call_off_deletion(again)
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) is None
    assert ports.repositories.finish_deletion(again)


def test_another_incarnation_is_not_opened_again(ports: Ports, name: str):
    ports.repositories.create(repository(name, "second"))
    ports.repositories.begin_deletion(RepositoryId(REGISTRY_ID, name), forced=False, closed_until=2_000_000_000)
    ports.repositories.call_off_deletion(repository(name, "first"))
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)) is None


def test_finishing_an_old_deletion_leaves_the_next_incarnation(ports: Ports, name: str):
    ports.repositories.create(repository(name, "second"))
    ports.repositories.finish_deletion(repository(name, "first"))
    assert ports.repositories.get(RepositoryId(REGISTRY_ID, name)).incarnation == "second"


@pytest.mark.parametrize("ports", ["moto", "engines"], indirect=True)  # memory has no index
def test_the_index_holds_repositories_and_nothing_else(ports: Ports, name: str):
    """All of a registry is one partition of it: what is written with every part must stay out."""
    ports.repositories.create(repository(name))
    ports.uploads.create(upload(name))
    listed = boto3.client("dynamodb").scan(TableName=os.environ["MOORAGE_TABLE"], IndexName=REGISTRY_INDEX)["Items"]
    assert {item["kind"]["S"] for item in listed} == {"repository"}
