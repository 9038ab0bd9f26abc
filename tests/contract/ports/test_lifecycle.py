"""The ports `LifecycleRecords` and `LifecycleRuns`."""

import uuid
from dataclasses import replace

import pytest
from moorage.adapters.dynamodb.lifecycle.runs import DynamoDbLifecycleRuns
from moorage.domain.errors import RepositoryAlreadyExistsError
from moorage.domain.lifecycle.evaluate import Decision, LifecycleImage
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.lifecycle.policy import Action, StorageClass
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.ports import Ports
from moorage.usecases.ports.lifecycle import LifecycleLookup, LifecycleRuns

from tests.support.fakes.memory_lifecycle import MemoryLifecycle
from tests.support.records import REGISTRY_ID, repository

PREVIEW, RUN = EvaluationKind.PREVIEW, EvaluationKind.RUN
POLICY = StoredPolicy(text='{"rules": []}', version="v1")
EVALUATION = Evaluation(evaluation_id="e1", policy=POLICY, started_at=1_700_000_000.25, run_started_at=5.5)


@pytest.fixture
def kept(ports: Ports, name: str) -> Repository:
    """A repository that no other test has."""
    made = repository(name, str(uuid.uuid4()))
    ports.repositories.create(made)
    return made


def look_up(ports: Ports, kept: Repository, kind: EvaluationKind = PREVIEW) -> LifecycleLookup:
    return ports.lifecycle.look_up(kept.id, kind)


def test_a_policy_is_what_was_put_last(ports: Ports, kept: Repository):
    assert look_up(ports, kept) == LifecycleLookup(kept)
    for policy in (POLICY, StoredPolicy(text="\N{ANCHOR}" * 1000, version="v2", last_evaluated_at=1.5)):
        assert ports.lifecycle.put_policy(kept, policy)
        assert look_up(ports, kept) == LifecycleLookup(kept, policy)
        assert ports.lifecycle.get_policies([kept]) == {kept.name: policy}
    assert ports.lifecycle.get_policies([]) == {}


def test_a_repository_is_created_together_with_its_policy(ports: Ports, name: str):
    made = repository(name, str(uuid.uuid4()))
    for _ in range(2):  # the second as after a lost answer
        ports.lifecycle.create_repository(made, POLICY)
    assert look_up(ports, made) == LifecycleLookup(made, POLICY)
    with pytest.raises(RepositoryAlreadyExistsError):
        ports.lifecycle.create_repository(repository(name, "another"), replace(POLICY, version="v2"))
    assert look_up(ports, made) == LifecycleLookup(made, POLICY)


def test_only_the_version_that_was_read_is_deleted(ports: Ports, kept: Repository):
    ports.lifecycle.put_policy(kept, POLICY)
    assert not ports.lifecycle.delete_policy(kept, replace(POLICY, version="v0"))
    for _ in range(2):  # the second as after a lost answer
        assert ports.lifecycle.delete_policy(kept, POLICY)
    assert look_up(ports, kept).policy is None


def test_a_run_is_noted_on_the_version_that_it_carried_out(ports: Ports, kept: Repository):
    ports.lifecycle.put_policy(kept, POLICY)
    ports.lifecycle.record_run(kept, replace(POLICY, version="v0"), 7.5)
    assert look_up(ports, kept).policy == POLICY
    ports.lifecycle.record_run(kept, POLICY, 7.5)
    assert look_up(ports, kept).policy == replace(POLICY, last_evaluated_at=7.5)


def test_what_an_earlier_incarnation_had_is_absent(ports: Ports, kept: Repository):
    earlier = replace(kept, incarnation="earlier")
    with_earlier = ports.lifecycle
    if not isinstance(with_earlier, MemoryLifecycle):  # in memory they are apart from the start
        with_earlier.put_policy(earlier, POLICY)
        with_earlier.begin_evaluation(earlier, PREVIEW, EVALUATION)
    assert look_up(ports, kept) == LifecycleLookup(kept)
    assert ports.lifecycle.get_policies([kept]) == {}


def test_a_repository_that_is_not_there_has_nothing(ports: Ports, name: str):
    assert ports.lifecycle.look_up(RepositoryId(REGISTRY_ID, name), RUN) == LifecycleLookup(None)


@pytest.mark.parametrize("kind", [PREVIEW, RUN])
def test_an_evaluation_is_kept_until_another_takes_its_place(ports: Ports, kept: Repository, kind: EvaluationKind):
    assert ports.lifecycle.begin_evaluation(kept, kind, EVALUATION)
    assert look_up(ports, kept, kind).evaluation == EVALUATION
    done = replace(EVALUATION, is_complete=True, expiring=3, transitioning=1, pages=2, next_page=1)
    assert ports.lifecycle.update_evaluation(kept, kind, done)
    assert look_up(ports, kept, kind).evaluation == done
    later = replace(EVALUATION, evaluation_id="e2")
    assert ports.lifecycle.begin_evaluation(kept, kind, later)
    assert not ports.lifecycle.update_evaluation(kept, kind, done)
    assert look_up(ports, kept, kind).evaluation == later


def test_a_page_comes_back_as_it_was_kept(ports: Ports, kept: Repository):
    image = LifecycleImage(digest="sha256:0", tags=("a", "b"), pushed_at=1.25, storage_class=StorageClass.ARCHIVE)
    page = [Decision(image, Action.EXPIRE, 7), Decision(replace(image, tags=()), Action.TRANSITION, 1)]
    largest = Decision(replace(image, tags=tuple(f"{number:0300}" for number in range(1000))), Action.EXPIRE, 1)
    for number, decisions in ((0, page), (1, [largest])):
        ports.lifecycle.put_page(kept, RUN, EVALUATION, number, decisions)
        assert ports.lifecycle.get_page(kept, RUN, EVALUATION, number) == decisions
    assert ports.lifecycle.get_page(kept, RUN, EVALUATION, 2) == []
    assert ports.lifecycle.get_page(kept, PREVIEW, EVALUATION, 0) == []


def test_a_preview_is_pending_until_it_is_complete(ports: Ports, kept: Repository):
    ports.lifecycle.begin_evaluation(kept, RUN, EVALUATION)
    assert kept.name not in ports.lifecycle.pending_previews(REGISTRY_ID)
    ports.lifecycle.begin_evaluation(kept, PREVIEW, EVALUATION)
    assert kept.name in ports.lifecycle.pending_previews(REGISTRY_ID)
    ports.lifecycle.update_evaluation(kept, PREVIEW, replace(EVALUATION, is_complete=True))
    assert kept.name not in ports.lifecycle.pending_previews(REGISTRY_ID)
    ports.lifecycle.begin_evaluation(kept, PREVIEW, EVALUATION)
    ports.lifecycle.forget_pending(kept.id)
    assert kept.name not in ports.lifecycle.pending_previews(REGISTRY_ID)


def test_one_owner_at_a_time_has_a_run(ports: Ports):
    runs: LifecycleRuns = ports.lifecycle if isinstance(ports.lifecycle, MemoryLifecycle) else DynamoDbLifecycleRuns()
    registry = str(uuid.uuid4().int)[:12]
    fresh = LifecycleRun(started_at=0, is_finished=True)
    assert not runs.save(registry, "a", fresh, 1.0)
    for _ in range(2):  # the second as after a lost answer
        assert runs.claim(registry, "a", now=10.0, lease_until=20.5) == fresh
    assert runs.claim(registry, "b", now=20.0, lease_until=30.0) is None
    begun = LifecycleRun(started_at=10.25, after="x/y", listed={"0": "2026-11-30/upload", "f": ""})
    assert runs.save(registry, "a", begun, 20.5)
    assert runs.claim(registry, "b", now=20.5, lease_until=30.0) == begun
    assert not runs.save(registry, "a", fresh, 99.0)
    finished = LifecycleRun(started_at=10.25, is_finished=True)
    assert runs.save(registry, "b", finished, 0)
    assert runs.claim(registry, "a", now=1.0, lease_until=2.0) == finished
