"""fsck finds each fault that is planted, repairs what is garbage, and touches nothing that is needed."""

from collections.abc import Callable

import boto3
import pytest
from moorage.adapters.dynamodb.layers.mapping import link_item
from moorage.domain.digest import Digest
from moorage.domain.layer import ContentId, Link
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.unrecorded import DAY_SECONDS, WAIT_SECONDS
from moorage.domain.uploads.upload import UploadStatus
from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck._repair import repair
from moorage.usecases.fsck._take_inventory import Look
from moorage_local.stack.stack import Stack

from tests.support.faults.fsck import change, examine, put, remove, repository_pk
from tests.support.faults.image_plants import IMAGE_FAULTS
from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import ONE, SMALL_PARTS, TWO
from tests.support.faults.whole_layer_scenarios import CONTENT, store_whole, unrecorded_object
from tests.support.layers import digest_of

NAME = "examined"
Plant = Callable[[LocalRegistry], None]


@pytest.fixture
def registry(stack: Stack) -> LocalRegistry:
    """One layer, one open upload with a part and a tail: nothing is wrong."""
    made = LocalRegistry(SMALL_PARTS)
    made.must("CreateRepository", repositoryName=NAME)
    made.push(NAME, ONE)
    made.upload(NAME, TWO, b"the end")
    made.reap()
    return made


def blob_pk(registry: LocalRegistry) -> str:
    return f"BLOB#{registry.settings.registry_id}#{digest_of(ONE)}"


def object_key(registry: LocalRegistry) -> str:
    return next(each.object_key for each in registry.fsck_ports.inventory.objects() if not each.is_tail)


def open_upload_id(registry: LocalRegistry) -> str:
    return next(str(each.upload_id) for each in registry.fsck_ports.inventory.objects() if each.is_tail)


def _delete_object(registry: LocalRegistry) -> None:
    boto3.client("s3").delete_object(Bucket=registry.settings.bucket, Key=object_key(registry))


def _lose_upload(registry: LocalRegistry) -> None:
    remove(registry, f"UPLOAD#{open_upload_id(registry)}", "#HEAD")


def begin_deletion(registry: LocalRegistry, name: str) -> None:
    """A deletion whose function ended after its first step, and whose stream record was lost."""
    registry.must("CreateRepository", repositoryName=name)
    registry.ports.repositories.begin_deletion(
        RepositoryId(registry.settings.registry_id, name), forced=False, closed_until=int(registry.now)
    )


def link_from_nowhere(registry: LocalRegistry) -> None:
    """A link from a repository that does not have the layer."""
    content = ContentId(registry.settings.registry_id, Digest.of(digest_of(ONE)), "")
    link_item(Link(content, RepositoryId(registry.settings.registry_id, "examined/nowhere"), "an upload")).save()


STRAY = "00000000-0000-4000-8000-000000000000"
BROKEN: dict[Fault, Plant] = {
    Fault.LAYER_WITHOUT_REPOSITORY: lambda registry: remove(registry, repository_pk(registry, NAME), "#META"),
    Fault.LAYER_WITHOUT_BLOB: lambda registry: remove(registry, blob_pk(registry), "#META"),
    Fault.BLOB_WITHOUT_CONTENT: _delete_object,
    Fault.CONTENT_MISMATCH: lambda registry: put(registry, object_key(registry), bytes(reversed(ONE))),
}
RESTORABLE: dict[Fault, Plant] = {
    Fault.LAYER_WITHOUT_LINK: lambda registry: remove(registry, blob_pk(registry), f"LINK##{NAME}"),
    Fault.EARLIER_VERSION: lambda registry: change(
        registry, blob_pk(registry), "#META", "SET refs = :one", one={"N": "1"}
    ),
}
GARBAGE: dict[Fault, Plant] = {
    Fault.UNNEEDED_OBJECT: lambda registry: put(registry, f"blobs/{registry.settings.registry_id}/{STRAY}", b"x"),
    Fault.UNNEEDED_TAIL: lambda registry: put(registry, f"tails/{registry.settings.registry_id}/{STRAY}/00001", b"x"),
    Fault.UNKNOWN_MULTIPART: _lose_upload,
    Fault.UNSCHEDULED_BLOB: lambda registry: (
        remove(registry, repository_pk(registry, NAME), f"LAYER#{digest_of(ONE)}"),
        remove(registry, blob_pk(registry), f"LINK##{NAME}"),
    )[1],
    Fault.LINK_WITHOUT_LAYER: lambda registry: link_from_nowhere(registry),
    Fault.EXPIRED_UPLOAD: lambda registry: setattr(registry, "now", registry.now + 10**6),
    Fault.ORPHAN_PART: _lose_upload,
    Fault.STUCK_DELETION: lambda registry: begin_deletion(registry, "examined/empty"),
}


def test_every_kind_of_fault_is_planted_here() -> None:
    assert {*BROKEN, *RESTORABLE, *GARBAGE, Fault.AWAITS_TTL, *IMAGE_FAULTS} == set(Fault)
    assert all(fault.is_restorable for fault in RESTORABLE)
    assert all(fault.is_garbage for fault in GARBAGE)
    assert not any(fault.is_garbage for fault in BROKEN)


def test_a_registry_in_use_has_no_findings(registry: LocalRegistry) -> None:
    assert examine(registry, verify=True, repair=True) == []
    assert registry.download(NAME, digest_of(ONE)) == ONE


@pytest.mark.parametrize("fault", BROKEN, ids=str)
def test_a_broken_invariant_is_found_and_left_to_a_person(registry: LocalRegistry, fault: Fault) -> None:
    BROKEN[fault](registry)
    examined = examine(registry, verify=True, repair=True)
    assert fault in {each.finding.fault for each in examined}
    assert not any(each.repaired for each in examined if each.finding.fault is fault)
    assert fault in {each.finding.fault for each in examine(registry, verify=True)}


@pytest.mark.parametrize("fault", RESTORABLE, ids=str)
def test_what_a_layer_should_have_is_found_and_written_on_demand(registry: LocalRegistry, fault: Fault) -> None:
    RESTORABLE[fault](registry)
    assert [each.finding.fault for each in examine(registry)] == [fault]
    examined = examine(registry, repair=True)
    assert [(each.finding.fault, each.repaired) for each in examined] == [(fault, True)]
    assert examine(registry, verify=True) == []
    registry.must("DeleteRepository", repositoryName=NAME, force=True)
    registry.require_nothing_left()


@pytest.mark.parametrize("fault", GARBAGE, ids=str)
def test_garbage_is_found_and_removed_on_demand(registry: LocalRegistry, fault: Fault) -> None:
    GARBAGE[fault](registry)
    assert fault in {each.finding.fault for each in examine(registry)}
    assert fault in {each.finding.fault for each in examine(registry)}, "looking must not repair"
    examined = examine(registry, repair=True)
    assert all(each.repaired for each in examined), examined
    assert examine(registry, verify=True) == []
    if fault is not Fault.UNSCHEDULED_BLOB:
        assert registry.download(NAME, digest_of(ONE)) == ONE


@pytest.mark.parametrize("days", [0, 1, 6])
def test_what_has_expired_is_a_note_until_ttl_had_a_week(registry: LocalRegistry, days: int) -> None:
    registry.now += registry.settings.upload_lifetime_seconds + days * 86_400
    assert {each.finding.fault for each in examine(registry, repair=True)} == {Fault.AWAITS_TTL}
    registry.now += 7 * 86_400
    assert Fault.EXPIRED_UPLOAD in {each.finding.fault for each in examine(registry)}


def test_parts_whose_head_ttl_has_removed_first_are_a_note(registry: LocalRegistry) -> None:
    registry.now += registry.settings.upload_lifetime_seconds + 1
    upload_id = open_upload_id(registry)
    remove(registry, f"UPLOAD#{upload_id}", "#HEAD")
    registry.reap()
    assert {each.finding.fault for each in examine(registry)} == {Fault.AWAITS_TTL}


def test_a_stuck_deletion_is_finished_with_its_uploads_and_layers(registry: LocalRegistry) -> None:
    key = RepositoryId(registry.settings.registry_id, NAME)
    registry.ports.repositories.begin_deletion(key, forced=True, closed_until=int(registry.now))
    (found,) = examine(registry, repair=True)
    assert (found.finding.fault, found.repaired) == (Fault.STUCK_DELETION, True)
    assert registry.call("CreateRepository", repositoryName=NAME)[0] is None
    registry.reap()
    assert {each.finding.fault for each in examine(registry)} <= {Fault.UNSCHEDULED_BLOB}


def test_the_object_of_a_push_that_was_never_committed_is_garbage_a_week_later(registry: LocalRegistry) -> None:
    unrecorded_object(registry, NAME)
    key = next(each.object_key for each in registry.fsck_ports.inventory.objects() if each.day)
    for _ in range(2):
        found = {each.finding.fault for each in examine(registry, repair=True)}
        assert Fault.UNNEEDED_OBJECT not in found  # its commit may still come
        registry.now += WAIT_SECONDS / 2
    registry.now += 2 * DAY_SECONDS
    (garbage,) = [each for each in examine(registry, repair=True) if each.finding.fault is Fault.UNNEEDED_OBJECT]
    assert (str(garbage.finding.subject), garbage.repaired) == (key, True)
    # The record of an abandoned upload keeps a late commit from using the object.
    upload = registry.ports.uploads.get(key.rpartition("/")[2])
    assert upload is not None
    assert upload.status is UploadStatus.ABANDONED
    assert not any(each.day for each in registry.fsck_ports.inventory.objects())


def test_an_object_that_was_the_content_of_a_layer_is_garbage_once_another_one_is(registry: LocalRegistry) -> None:
    store_whole(registry, NAME)()
    (listed,) = (each for each in registry.fsck_ports.inventory.objects() if each.day)
    pk = f"BLOB#{registry.settings.registry_id}#{digest_of(CONTENT)}"
    change(registry, pk, "#META", "SET object_key = :other", other={"S": object_key(registry)})
    registry.now += WAIT_SECONDS + 2 * DAY_SECONDS
    repaired = [each.finding.subject for each in examine(registry, repair=True) if each.repaired]
    assert listed in repaired
    assert listed not in registry.fsck_ports.inventory.objects()


def test_an_object_that_is_committed_while_fsck_looks_is_kept(registry: LocalRegistry) -> None:
    store_whole(registry, NAME)()
    (listed,) = (each for each in registry.fsck_ports.inventory.objects() if each.day)
    registry.now += 2 * WAIT_SECONDS
    seen = Finding(Fault.UNNEEDED_OBJECT, listed, "as it was before the commit")
    # The commit may also have come while the records were read.
    content = ContentId(registry.settings.registry_id, Digest.of(digest_of(CONTENT)), "")
    for look in (Look(), Look(content_of={listed.object_key: content})):
        assert not repair(seen, look, registry.fsck_ports)
    assert listed in registry.fsck_ports.inventory.objects()
