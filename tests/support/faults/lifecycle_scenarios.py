"""Lifecycle runs on stored images and layers, for the tests that break every AWS call."""

from dataclasses import replace

from moorage.adapters.dynamodb.lifecycle.runs import DynamoDbLifecycleRuns
from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.domain.digest import Digest
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, LifecycleRun, StoredPolicy
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.unrecorded import day_of, place_before_day
from moorage.usecases.lifecycle.apply_lifecycle import LifecycleReport, apply_lifecycle

from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.faults.whole_layer_scenarios import unrecorded_object
from tests.support.images import index, manifest
from tests.support.layers import digest_of
from tests.support.lifecycle import POLICY

CONFIG, UNUSED = b"a config of an image that expires", b"a layer that no image uses"
OLD, CHILD = (manifest(CONFIG, annotations={"image": name}) for name in ("old", "child"))
ALL = index([CHILD])
ARCHIVING = POLICY.replace('{"type": "expire"}', '{"type": "transition", "targetStorageClass": "archive"}')
WEEK = 7 * 86_400
_started: list[float] = []
"""When runs were started: scenarios that share a table have clocks of their own, and one run a day is due in it."""


def finish_preview(registry: LocalRegistry, name: str) -> Act:
    """A run with a preview to finish."""
    repository = registry.ports.repositories.get(RepositoryId(registry.settings.registry_id, name))
    assert repository is not None
    registry.push(name, CONFIG)
    pending = Evaluation(
        evaluation_id=f"of {name}", policy=StoredPolicy(text=POLICY, version=""), started_at=registry.now
    )
    registry.ports.lifecycle.begin_evaluation(repository, EvaluationKind.PREVIEW, pending)
    return _running(registry, name, unused_layer_seconds=0)


def expire(registry: LocalRegistry, name: str) -> Act:
    """A run with an image to expire, and one that an index keeps."""
    _stock(registry, name, POLICY, OLD, CHILD, ALL)
    return _running(registry, name, CHILD, ALL, unused_layer_seconds=0)


def archive(registry: LocalRegistry, name: str) -> Act:
    """A run with an image to archive."""
    _stock(registry, name, ARCHIVING, OLD, CHILD)
    return _running(registry, name, OLD, CHILD, unused_layer_seconds=0)


def unlink(registry: LocalRegistry, name: str) -> Act:
    """A run with an unused layer, and one that an image uses."""
    _stock(registry, name, None, OLD)
    registry.push(name, UNUSED)
    return _running(registry, name, OLD, unused_layer_seconds=WEEK)


def abandon(registry: LocalRegistry, name: str) -> Act:
    """A run with an object that no record names."""
    _stock(registry, name, None, OLD)
    registry.reap()
    registry.abandon_unrecorded()  # those of earlier cases
    unrecorded_object(registry, name)
    _keep_place_before(registry)
    run = _running(registry, name, OLD, unused_layer_seconds=0, shards="0")

    def act() -> Answer:
        error, answer = run()
        assert error or not registry.fsck_ports.unrecorded.list_page("0", "", day_of(registry.now)).object_keys
        return error, answer

    return act


def _keep_place_before(registry: LocalRegistry) -> None:
    """As if a run had been here before the object was stored."""
    runs, registry_id = DynamoDbLifecycleRuns(), registry.settings.registry_id
    before = LifecycleRun(started_at=0, is_finished=True, listed={"0": place_before_day(registry.now)})
    assert runs.claim(registry_id, "a test", 2 * registry.now, 0) is not None
    assert runs.save(registry_id, "a test", before, 0)


class _Shards:
    """Some of the shards; a run without any lists nothing. `unrecorded_object` has its object in the first."""

    def __init__(self, registry: LocalRegistry, shards: str) -> None:
        self.shards = shards
        every = registry.fsck_ports.unrecorded
        self.list_page, self.abandon = every.list_page, every.abandon


def _stock(registry: LocalRegistry, name: str, policy: str | None, *images: str) -> None:
    registry.push(name, CONFIG)
    for content in images:
        registry.now += 1
        registry.must("PutImage", repositoryName=name, imageManifest=content)
    if policy:
        registry.must("PutLifecyclePolicy", repositoryName=name, lifecyclePolicyText=policy)


def _running(registry: LocalRegistry, name: str, *left: str, unused_layer_seconds: int, shards: str = "") -> Act:
    # A run works on every repository: those of earlier cases would make each case longer than the last.
    for other in registry.must("DescribeRepositories")["repositories"]:
        if other["repositoryName"] != name:
            registry.must("DeleteRepository", repositoryName=other["repositoryName"], force=True)
    registry.now = max([registry.now, *_started[-1:]]) + WEEK

    def act() -> Answer:
        registry.now += registry.settings.lifecycle_interval_seconds  # the lease of an invocation that died, and a run
        _started.append(registry.now)
        ports = replace(
            compose_lifecycle(registry.settings),
            unrecorded=_Shards(registry, shards),
            now=lambda: registry.now,
            unused_layer_seconds=unused_layer_seconds,
            workers=1,
        )
        report = apply_lifecycle(registry.now + 600, ports)
        tally = report.tally
        failed = tally.failed_repositories or tally.failed_images or tally.failed_listings
        if failed or not report.is_finished:
            return "ServerException", {"report": str(report)}
        _require_end(registry, name, left, report)
        return None, {}

    return act


def _require_end(registry: LocalRegistry, name: str, left: tuple[str, ...], report: LifecycleReport) -> None:
    repository = RepositoryId(registry.settings.registry_id, name)
    images = list(registry.ports.images.list_from(repository, None, 100))
    assert {str(each.image.digest) for each in images} == {digest_of(content) for content in left}, report
    archived = [str(each.image.digest) for each in images if each.image.is_archived]
    assert archived in ([], [digest_of(OLD)])
    assert bool(archived) == (left == (OLD, CHILD))
    config, unused = (Digest.of(digest_of(content)) for content in (CONFIG, UNUSED))
    assert set(registry.ports.catalog.find_layers(repository, [config, unused])) == {config}
