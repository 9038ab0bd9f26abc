"""Rivals on the embedded engine: DynamoDB decides, each round is printed with the seed that shuffled it."""

import pytest
from moorage.adapters.dynamodb import backoff
from moorage.domain.digest import Digest
from moorage.domain.repositories.repository import Encryption, RepositoryId
from moorage_local.stack.stack import Stack

from tests.support.faults.racing import end, expiring, names, race
from tests.support.faults.registry import Act, LocalRegistry, part_members
from tests.support.layers import digest_of
from tests.support.records import linked_from

RIVALS = 32
CONTENT = b"what every rival wants to be the layer, " * 100


@pytest.fixture
def registry(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> LocalRegistry:
    monkeypatch.setattr(backoff, "FIRST_PAUSE_SECONDS", 0.002)
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName="race")
    return made


def test_rivals_with_one_upload_and_one_digest_all_get_the_same_answer(registry: LocalRegistry, seed: int) -> None:
    upload_id, digest = registry.upload("race", CONTENT)
    answers = race(seed, [lambda: registry.complete("race", upload_id, digest)] * RIVALS)
    assert names(answers) == {None: RIVALS}
    assert {body["layerDigest"] for _, body in answers} == {digest}
    assert registry.download("race", digest) == CONTENT
    end(registry)


@pytest.mark.parametrize("content_is_there", [False, True], ids=["new content", "content of another repository"])
def test_of_many_uploads_of_one_digest_exactly_one_becomes_the_layer(
    registry: LocalRegistry, seed: int, content_is_there: bool
) -> None:
    if content_is_there:
        registry.must("CreateRepository", repositoryName="race/other")
        registry.push("race/other", CONTENT)
    uploads = [registry.upload("race", CONTENT) for _ in range(RIVALS)]
    answers = race(seed, [lambda u=u, d=d: registry.complete("race", u, d) for u, d in uploads])  # type: ignore[misc]
    assert names(answers) == {None: 1, "LayerAlreadyExistsException": RIVALS - 1}
    registry.reap()
    assert len(list(registry.fsck_ports.inventory.objects())) == 1
    end(registry)


def test_one_digest_into_many_repositories_is_stored_once(registry: LocalRegistry, seed: int) -> None:
    repositories = [f"race/{number}" for number in range(RIVALS)]
    for repository in repositories:
        registry.must("CreateRepository", repositoryName=repository)
    uploads = [(repository, *registry.upload(repository, CONTENT)) for repository in repositories]
    answers = race(seed, [lambda u=u: registry.complete(*u) for u in uploads])  # type: ignore[misc]
    assert names(answers) == {None: RIVALS}
    registry.reap()
    digest = Digest.of(digest_of(CONTENT))
    lookup = registry.ports.catalog.look_up(RepositoryId(registry.settings.registry_id, "race/0"), digest, Encryption())
    assert lookup.blob is not None
    assert linked_from(registry.ports, lookup.blob.id) == sorted(repositories)
    assert len(list(registry.fsck_ports.inventory.objects())) == 1
    end(registry)


def test_of_parts_at_one_offset_exactly_one_content_is_taken(registry: LocalRegistry, seed: int) -> None:
    upload_id, _ = registry.upload("race")
    contents = [f"content of rival {number % 4}".encode() for number in range(RIVALS)]
    answers = race(
        seed,
        [
            lambda c=content: registry.call("UploadLayerPart", **part_members("race", upload_id, 0, c))  # type: ignore[misc]
            for content in contents
        ],
    )
    winners = {content for content, (error, _) in zip(contents, answers, strict=True) if error is None}
    assert len(winners) == 1
    assert set(names(answers)) == {None, "InvalidLayerPartException"}
    (winner,) = winners
    assert registry.complete("race", upload_id, digest_of(winner))[0] is None
    assert registry.download("race", digest_of(winner)) == winner
    end(registry)


def test_a_part_against_the_completion_leaves_a_true_layer_or_none(registry: LocalRegistry, seed: int) -> None:
    upload_id, digest = registry.upload("race", CONTENT)
    more = part_members("race", upload_id, len(CONTENT), b"more")
    completing: list[Act] = [lambda: registry.complete("race", upload_id, digest)] * 4
    answers = race(seed, [*completing, lambda: registry.call("UploadLayerPart", **more)])
    completed, part = names(answers[:-1]), answers[-1][0]
    if part is None:
        assert None not in completed
    else:
        assert part == "UploadNotFoundException"
        assert completed == {None: 4}
        assert registry.download("race", digest) == CONTENT
    end(registry)


def test_a_forced_deletion_against_completions_leaves_nothing_half(registry: LocalRegistry, seed: int) -> None:
    uploads = [registry.upload("race", CONTENT + str(number).encode()) for number in range(8)]
    completing = [lambda u=u, d=d: registry.complete("race", u, d) for u, d in uploads]  # type: ignore[misc]
    deleting = lambda: registry.call("DeleteRepository", repositoryName="race", force=True)  # noqa: E731
    answers = race(seed, [*completing, deleting])
    assert answers[-1][0] is None
    assert set(names(answers[:-1])) <= {None, "RepositoryNotFoundException"}
    assert registry.call("DescribeRepositories")[1]["repositories"] == []
    end(registry)


def test_the_reaper_at_expiry_against_a_completion_leaves_content_or_nothing(
    registry: LocalRegistry, seed: int
) -> None:
    upload_id, digest = registry.upload("race", CONTENT)
    registry.reap()
    registry.now += registry.settings.upload_lifetime_seconds - 0.5

    answers = race(seed, [lambda: registry.complete("race", upload_id, digest), expiring(registry, 1)])
    assert answers[0][0] in {None, "UploadNotFoundException"}
    if answers[0][0] is None:
        assert registry.download("race", digest) == CONTENT
    end(registry)


def test_a_blob_that_is_linked_again_at_the_end_of_its_grace_is_kept_or_stored_again(
    registry: LocalRegistry, seed: int
) -> None:
    registry.push("race", CONTENT)
    registry.must("DeleteRepository", repositoryName="race", force=True)
    registry.reap()
    registry.must("CreateRepository", repositoryName="race")
    registry.expire(registry.settings.blob_grace_seconds - registry.settings.upload_lifetime_seconds // 2)
    upload_id, digest = registry.upload("race", CONTENT)

    answers = race(
        seed,
        [
            lambda: registry.complete("race", upload_id, digest),
            expiring(registry, registry.settings.upload_lifetime_seconds // 2 + 1),
        ],
    )
    assert answers[0][0] is None
    registry.reap()
    assert registry.download("race", digest) == CONTENT
    end(registry)
