"""Rival requests of docker's clients on the embedded engine: doubled, two clients at one session, the collector."""

import pytest
from moorage.adapters.dynamodb import backoff
from moorage_local.stack.stack import Stack

from tests.support.faults.image_scenarios import CONFIG
from tests.support.faults.oci_scenarios import FIRST, SECOND, WHOLE, asking, continuing, put_blob, session
from tests.support.faults.racing import end, expiring, names, race
from tests.support.faults.registry import Act, LocalRegistry
from tests.support.images import manifest
from tests.support.layers import digest_of

RIVALS = 16
NAME = "race"


@pytest.fixture
def registry(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> LocalRegistry:
    monkeypatch.setattr(backoff, "FIRST_PAUSE_SECONDS", 0.002)
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName=NAME)
    return made


def completing(registry: LocalRegistry, path: str, digest: str, last: bytes = b"") -> Act:
    return asking(registry, "PUT", f"{path}?digest={digest}", last)


def has_layer(registry: LocalRegistry, digest: str) -> bool:
    return registry.oci("HEAD", f"{NAME}/blobs/{digest}")[0] is None


def test_doubled_completions_of_one_session_all_get_the_layer(registry: LocalRegistry, seed: int) -> None:
    path, digest = session(registry, NAME, FIRST, SECOND), digest_of(WHOLE)
    answers = race(seed, [completing(registry, path, digest)] * RIVALS)
    assert names(answers) == {None: RIVALS}
    assert registry.download(NAME, digest) == WHOLE
    end(registry)


def test_doubled_requests_with_a_whole_blob_store_one_layer(registry: LocalRegistry, seed: int) -> None:
    path, digest = session(registry, NAME), digest_of(WHOLE)
    answers = race(seed, [completing(registry, path, digest, WHOLE)] * RIVALS)
    assert names(answers) == {None: RIVALS}
    assert registry.download(NAME, digest) == WHOLE
    registry.reap()
    assert len(list(registry.fsck_ports.inventory.objects())) == 1
    end(registry)


def test_doubled_last_chunks_make_the_layer_once(registry: LocalRegistry, seed: int) -> None:
    path, digest = session(registry, NAME, FIRST), digest_of(WHOLE)
    named = f"{len(FIRST)}-{len(WHOLE) - 1}"
    act = asking(registry, "PUT", f"{path}?digest={digest}", SECOND, content_range=named)
    answers = race(seed, [act] * RIVALS)
    assert names(answers) == {None: RIVALS}
    assert registry.download(NAME, digest) == WHOLE
    end(registry)


@pytest.mark.parametrize("chunks_before", [(), (FIRST,)], ids=["first chunk", "further chunk"])
def test_of_clients_at_one_session_one_content_is_taken(
    registry: LocalRegistry, seed: int, chunks_before: tuple[bytes, ...]
) -> None:
    path, before = session(registry, NAME, *chunks_before), b"".join(chunks_before)
    contents = [b"content of rival %d" % (number % 4) for number in range(RIVALS)]
    answers = race(seed, [continuing(registry, path, content, len(before)) for content in contents])
    winners = {content for content, (error, _) in zip(contents, answers, strict=True) if error is None}
    assert len(winners) == 1
    assert set(names(answers)) == {None, "BLOB_UPLOAD_INVALID"}
    whole = before + winners.pop()
    assert completing(registry, path, digest_of(whole))()[0] is None
    assert registry.download(NAME, digest_of(whole)) == whole
    end(registry)


def test_a_chunk_against_the_completion_leaves_a_true_layer_or_none(registry: LocalRegistry, seed: int) -> None:
    path, digest = session(registry, NAME, FIRST), digest_of(FIRST)
    answers = race(seed, [completing(registry, path, digest), continuing(registry, path, SECOND, len(FIRST))])
    completed, patched = (error for error, _ in answers)
    if completed is None:
        assert patched == "BLOB_UPLOAD_UNKNOWN"
        assert registry.download(NAME, digest) == FIRST
    else:
        assert (completed, patched) == ("DIGEST_INVALID", None)
        assert not has_layer(registry, digest)
    end(registry)


def test_a_cancellation_against_the_completion_leaves_the_layer_or_nothing(registry: LocalRegistry, seed: int) -> None:
    path, digest = session(registry, NAME, FIRST), digest_of(FIRST)
    answers = race(seed, [completing(registry, path, digest), asking(registry, "DELETE", path)])
    completed, cancelled = (error for error, _ in answers)
    assert {completed, cancelled} == {None, "BLOB_UPLOAD_UNKNOWN"}
    assert has_layer(registry, digest) == (completed is None)
    end(registry)


def test_a_manifest_against_its_layer_is_refused_or_whole(registry: LocalRegistry, seed: int) -> None:
    put_blob(registry, NAME, CONFIG)
    path, digest = session(registry, NAME, WHOLE), digest_of(WHOLE)
    content = manifest(CONFIG, WHOLE).encode()
    answers = race(
        seed, [completing(registry, path, digest), asking(registry, "PUT", f"{NAME}/manifests/latest", content)]
    )
    assert answers[0][0] is None
    assert answers[1][0] in {None, "MANIFEST_BLOB_UNKNOWN"}
    assert (registry.oci("GET", f"{NAME}/manifests/latest")[0] is None) == (answers[1][0] is None)
    end(registry)


def test_a_blob_that_is_pushed_again_while_it_is_deleted_is_whole_or_gone(registry: LocalRegistry, seed: int) -> None:
    digest = put_blob(registry, NAME, WHOLE)
    path = session(registry, NAME)
    answers = race(
        seed,
        [completing(registry, path, digest, WHOLE), asking(registry, "DELETE", f"{NAME}/blobs/{digest}")],
    )
    assert names(answers) == {None: 2}
    if has_layer(registry, digest):
        assert registry.download(NAME, digest) == WHOLE
    put_blob(registry, NAME, WHOLE)
    assert registry.download(NAME, digest) == WHOLE
    end(registry)


def test_a_forced_deletion_against_sessions_leaves_nothing_half(registry: LocalRegistry, seed: int) -> None:
    contents = [WHOLE + b"%d" % number for number in range(RIVALS // 2)]
    acts = [completing(registry, session(registry, NAME, each), digest_of(each)) for each in contents]
    acts += [completing(registry, session(registry, NAME), digest_of(each), each) for each in contents]
    answers = race(seed, [*acts, lambda: registry.call("DeleteRepository", repositoryName=NAME, force=True)])
    assert answers[-1][0] is None
    assert set(names(answers[:-1])) <= {None, "NAME_UNKNOWN", "BLOB_UPLOAD_UNKNOWN"}
    assert registry.call("DescribeRepositories")[1]["repositories"] == []
    end(registry)


def test_the_collector_against_a_push_of_the_same_blob_leaves_its_content(registry: LocalRegistry, seed: int) -> None:
    digest = put_blob(registry, NAME, WHOLE)
    assert registry.oci("DELETE", f"{NAME}/blobs/{digest}")[0] is None
    registry.reap()
    half = registry.settings.upload_lifetime_seconds // 2
    registry.expire(registry.settings.blob_grace_seconds - half)
    path = session(registry, NAME)

    answers = race(seed, [completing(registry, path, digest, WHOLE), expiring(registry, half + 1)])
    assert answers[0][0] is None
    registry.reap()
    assert registry.download(NAME, digest) == WHOLE
    end(registry)
