"""Uploads whose layer has a sha512 digest: carried where it was said before, else hashed when it is completed."""

import hashlib
from dataclasses import replace

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidLayerError, VerificationInProgressError
from moorage.domain.uploads.upload_session import UploadSession
from moorage.usecases.layers.find_layer import FindLayer, find_layer
from moorage.usecases.uploads.append_stream import AppendStream, append_stream
from moorage.usecases.uploads.complete_session import CompleteSession, complete_session
from moorage.usecases.uploads.start_session import start_session

from tests.support.fakes.world import VERIFICATION, ForgetfulHasher, World
from tests.support.interleaving import counting

CONTENT = bytes(range(75))


def digest_of(algorithm: str, content: bytes = CONTENT) -> Digest:
    return Digest(algorithm, hashlib.new(algorithm, content).hexdigest())


def sent(world: World, algorithm: str, content: bytes = CONTENT) -> UploadSession:
    """A session of this algorithm that has received the content."""
    session = start_session(world.repository_id(), world.ports, algorithm=algorithm)
    assert session is not None
    return append_stream(AppendStream(session=session, chunks=[content]), world.ports)


def end(world: World, session: UploadSession, digest: Digest, last: bytes = b"") -> int:
    """Complete it; how often the object was read."""
    ports, reads = counting(world.ports, "content.stream")
    body = AppendStream(session=session, chunks=[last] if last else [], size_bytes=len(last))
    complete_session(CompleteSession(last_bytes=body, digest=digest), ports)
    return len(reads)


@pytest.mark.parametrize(
    ("said", "named", "reads"), [("sha512", "sha512", 0), ("sha256", "sha512", 1), ("sha512", "sha256", 1)]
)
def test_the_digest_is_carried_if_its_algorithm_was_said(world: World, said: str, named: str, reads: int):
    assert end(world, sent(world, said), digest_of(named)) == reads
    layer = find_layer(FindLayer(repository=world.repository_id(), digest=digest_of(named)), world.ports)
    assert layer.size_bytes == len(CONTENT)


@pytest.mark.parametrize("said", ["sha512", "sha256"])
def test_another_sha512_is_refused_and_the_right_one_still_taken(world: World, said: str):
    session = sent(world, said)
    with pytest.raises(InvalidLayerError):
        end(world, session, digest_of("sha512", b"other"))
    end(world, session, digest_of("sha512"))


def test_after_a_wrong_sha512_the_sha256_is_still_taken(world: World):
    session = sent(world, "sha256")
    with pytest.raises(InvalidLayerError):
        end(world, session, digest_of("sha512", b"other"))
    end(world, session, digest_of("sha256"))


def test_a_blob_that_comes_with_its_sha512_is_carried(world: World):
    session = start_session(world.repository_id(), world.ports)
    assert session is not None
    assert end(world, session, digest_of("sha512"), CONTENT) == 0


def test_a_sha512_that_takes_too_long_is_left_to_the_queue_which_continues_it(world: World):
    session = sent(world, "sha256", CONTENT)
    slow = replace(world.ports.limits, verification=replace(VERIFICATION, budget_seconds=-1))
    world.ports = replace(world.ports, limits=slow)
    with pytest.raises(VerificationInProgressError):
        end(world, session, digest_of("sha512"))
    ((message, _),) = world.completions.enqueued
    assert message.layer_digests == (str(digest_of("sha512")),)
    world.ports = replace(world.ports, limits=replace(slow, verification=VERIFICATION))
    world.complete(session.upload.upload_id, *message.layer_digests)


def test_without_a_library_that_carries_it_is_hashed_at_the_end():
    world = World(hasher=ForgetfulHasher())
    world.create()
    assert end(world, sent(world, "sha512"), digest_of("sha512")) == 1
