"""PutImage in memory: what becomes an image, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha512
from typing import Any

import pytest
from moorage.domain import errors
from moorage.domain.digest import Digest
from moorage.domain.images.image import MAX_INLINE_BYTES
from moorage.domain.images.manifest import DOCKER_LIST, DOCKER_MANIFEST
from moorage.domain.repositories.repository import TagMutability
from moorage.usecases.images.push.put_image import PutImage, put_image

from tests.support.fakes.harbour import CONFIG, ONE, TWO, Harbour, image
from tests.support.images import LAYER_TYPE, descriptor, index
from tests.support.layers import digest_of

FIRST, SECOND = image(ONE), image(ONE, TWO)


def with_mutability(harbour: Harbour, mutability: TagMutability) -> None:
    key = harbour.repository_id()
    harbour.records.repositories[key] = replace(harbour.records.repositories[key], tag_mutability=mutability)


def test_an_image_has_the_size_of_its_layers_and_keeps_its_bytes(harbour: Harbour):
    made = harbour.put(SECOND, "v1", media_type=DOCKER_MANIFEST, digest=digest_of(SECOND))
    assert (made.content, made.size_bytes, made.tag_count) == (SECOND.encode(), len(CONFIG + ONE + TWO), 1)
    assert harbour.images.look(harbour.repository_id(), made.digest) == made
    assert {named for named, _ in harbour.images.repository(harbour.repository_id()).uses} == set(made.layers)


def test_an_index_has_the_size_of_its_largest_image(harbour: Harbour):
    for each in (FIRST, SECOND):
        harbour.put(each)
    made = harbour.put(index([FIRST, SECOND], DOCKER_LIST), "all")
    assert made.size_bytes == len(CONFIG + ONE + TWO)
    assert [str(child) for child in made.children] == [digest_of(FIRST), digest_of(SECOND)]


def test_a_large_manifest_is_an_object(harbour: Harbour):
    large = image(ONE, annotations={"a": "x" * MAX_INLINE_BYTES})
    made = harbour.put(large)
    assert made.content is None
    assert harbour.manifests.manifests == {made.object_key: large.encode()}


def test_several_tags_point_to_one_image_and_a_tag_moves(harbour: Harbour):
    harbour.put(FIRST, "v1")
    harbour.put(FIRST, "latest")
    assert harbour.tags(FIRST) == ("latest", "v1")
    harbour.put(SECOND, "latest")
    assert (harbour.tags(FIRST), harbour.tags(SECOND)) == (("v1",), ("latest",))
    harbour.put(SECOND, "v1")
    assert (harbour.tags(FIRST), harbour.tags(SECOND)) == ((), ("latest", "v1"))


@pytest.mark.parametrize("tag", [None, "v1"])
def test_what_is_there_already_is_named(harbour: Harbour, tag: str | None):
    harbour.put(FIRST, tag)
    with pytest.raises(errors.ImageAlreadyExistsError, match=digest_of(FIRST)):
        harbour.put(FIRST, tag)


def test_an_immutable_tag_stays_where_it_is(harbour: Harbour):
    with_mutability(harbour, TagMutability.IMMUTABLE)
    harbour.put(FIRST, "v1")
    with pytest.raises(errors.ImageTagAlreadyExistsError, match=r"'v1'.*immutable"):
        harbour.put(SECOND, "v1")
    assert (harbour.tags(FIRST), harbour.tags(SECOND)) == (("v1",), None)
    with pytest.raises(errors.ImageAlreadyExistsError):
        harbour.put(FIRST, "v1")


def test_missing_layers_are_named_and_nothing_is_kept(harbour: Harbour):
    absent = [b"absent", b"absent too"]
    with pytest.raises(errors.LayersNotFoundError, match="required for pushing image") as refused:
        harbour.put(image(ONE, *absent), "v1")
    assert all(digest_of(each) in str(refused.value) for each in absent)
    assert digest_of(ONE) not in str(refused.value)
    assert not harbour.images.repository(harbour.repository_id()).uses


def test_foreign_layers_need_not_be_there(harbour: Harbour):
    foreign = descriptor(b"elsewhere", LAYER_TYPE, urls=["https://example.com/elsewhere"])
    assert harbour.put(image(ONE, layers=[foreign, descriptor(ONE)])).size_bytes == len(CONFIG + ONE)


def test_missing_children_are_named(harbour: Harbour):
    harbour.put(FIRST)
    with pytest.raises(errors.ReferencedImagesNotFoundError, match=digest_of(SECOND)):
        harbour.put(index([FIRST, SECOND]), "all")


def test_a_subject_need_not_be_there(harbour: Harbour):
    subject = descriptor(b"absent", DOCKER_MANIFEST)
    assert str(harbour.put(image(ONE, subject=subject)).subject) == digest_of(b"absent")


@pytest.mark.parametrize("digest", [digest_of(b"other"), "sha256:00", "md5:" + "0" * 32])
def test_another_digest_is_refused(harbour: Harbour, digest: str):
    with pytest.raises(errors.ImageDigestMismatchError, match=digest_of(FIRST)):
        harbour.put(FIRST, digest=digest)


def test_a_sha512_digest_is_the_images(harbour: Harbour):
    made = harbour.put(FIRST, "v1", digest=f"sha512:{sha512(FIRST.encode()).hexdigest()}")
    assert made.digest.algorithm == "sha512"


def test_a_tag_has_a_tags_characters(harbour: Harbour):
    with pytest.raises(errors.InvalidParameterError, match="imageTag"):
        harbour.put(FIRST, "no tag")


def test_an_image_has_a_limited_number_of_tags(harbour: Harbour):
    for tag in ("a", "b", "c"):
        harbour.put(FIRST, tag)
    with pytest.raises(errors.LimitExceededError, match="at most 3 tags"):
        harbour.put(FIRST, "d")
    assert harbour.tags(FIRST) == ("a", "b", "c")


def test_an_unknown_repository_is_named(harbour: Harbour):
    command = PutImage(repository=harbour.repository_id("harbour/absent"), content=FIRST.encode())
    with pytest.raises(errors.RepositoryNotFoundError, match="harbour/absent"):
        put_image(command, harbour.ports)


# --- what happens between the steps ----------------------------------------------------------------------------------


class Meanwhile:
    """The port with something that happens once, before the next call of one method."""

    def __init__(self, harbour: Harbour, method: str, happens: Callable[[], object]) -> None:
        self._images, self._method, self._happens = harbour.images, method, [happens]

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._happens:
            self._happens.pop()()
        return getattr(self._images, name)


def put_meanwhile(harbour: Harbour, method: str, happens: Callable[[], object], content: str = FIRST) -> Any:
    ports = replace(harbour.ports, images=Meanwhile(harbour, method, happens))
    return put_image(PutImage(repository=harbour.repository_id(), content=content.encode(), tag="v1"), ports)


def test_a_layer_that_goes_after_it_was_seen_is_missing(harbour: Harbour):
    gone = (*harbour.repository_id(), Digest.of(digest_of(ONE)))
    with pytest.raises(errors.LayersNotFoundError, match=digest_of(ONE)):
        put_meanwhile(harbour, "record_uses", lambda: harbour.records.layers.pop(gone))
    assert harbour.tags(FIRST) is None


def test_a_layer_that_somebody_is_about_to_remove_is_kept(harbour: Harbour):
    marked = harbour.images.repository(harbour.repository_id()).marked
    put_meanwhile(harbour, "record_uses", lambda: marked.add(Digest.of(digest_of(ONE))))
    assert not marked
    assert harbour.tags(FIRST) == ("v1",)


def test_an_image_that_somebody_is_about_to_delete_is_kept_by_an_index(harbour: Harbour):
    made = harbour.put(FIRST)
    put_meanwhile(harbour, "record_uses", lambda: harbour.images.mark(made, 1.5), index([FIRST]))
    assert harbour.images.look(harbour.repository_id(), made.digest).deleting_at is None


def test_an_image_that_somebody_is_about_to_delete_is_kept_by_a_new_tag(harbour: Harbour):
    harbour.images.mark(harbour.put(FIRST), 1.5)
    harbour.put(FIRST, "v1")
    assert harbour.tags(FIRST) == ("v1",)
    assert harbour.images.look(harbour.repository_id(), Digest.of(digest_of(FIRST))).deleting_at is None


def test_a_tag_that_moves_meanwhile_is_read_again(harbour: Harbour):
    put_meanwhile(harbour, "commit", lambda: harbour.put(SECOND, "v1"))
    assert (harbour.tags(FIRST), harbour.tags(SECOND)) == (("v1",), ())


def test_an_immutable_tag_that_is_taken_meanwhile_is_lost(harbour: Harbour):
    with_mutability(harbour, TagMutability.IMMUTABLE)
    with pytest.raises(errors.ImageTagAlreadyExistsError):
        put_meanwhile(harbour, "commit", lambda: harbour.put(SECOND, "v1"))
    assert harbour.tags(FIRST) is None


def test_the_same_image_that_comes_meanwhile_gets_the_tag(harbour: Harbour):
    put_meanwhile(harbour, "commit", lambda: harbour.put(FIRST, "other"))
    assert harbour.tags(FIRST) == ("other", "v1")


@pytest.mark.parametrize("method", ["record_uses", "commit"])
def test_a_repository_that_goes_meanwhile_is_not_found(harbour: Harbour, method: str):
    with pytest.raises(errors.RepositoryNotFoundError):
        put_meanwhile(harbour, method, harbour.delete)
    assert harbour.tags(FIRST) is None


def test_a_push_whose_rivals_always_win_is_asked_to_come_again(harbour: Harbour):
    rounds = iter(range(1000))

    class Lost(Meanwhile):
        def __getattr__(self, name: str) -> Any:
            if name == "commit":
                harbour.put(image(ONE, annotations={"n": str(next(rounds))}), "v1")
            return getattr(self._images, name)

    ports = replace(harbour.ports, images=Lost(harbour, "", lambda: None))
    with pytest.raises(errors.UnavailableError):
        put_image(PutImage(repository=harbour.repository_id(), content=FIRST.encode(), tag="v1"), ports)


def lose(harbour: Harbour, *contents: bytes) -> None:
    """Their objects are known to be gone."""
    for key, blob in harbour.records.blobs.items():
        if str(blob.digest) in map(digest_of, contents):
            harbour.records.blobs[key] = replace(blob, lost_at=1.0)


def test_a_layer_whose_content_is_lost_counts_as_missing(harbour: Harbour):
    lose(harbour, TWO)
    harbour.put(FIRST)
    with pytest.raises(errors.LayersNotFoundError) as refused:
        harbour.put(SECOND)
    assert digest_of(TWO) in str(refused.value)
    assert digest_of(ONE) not in str(refused.value)


def test_of_more_layers_than_one_read_has_every_content_is_looked_at(harbour: Harbour):
    layers = [f"layer {number}".encode() for number in range(130)]
    for layer in layers:
        harbour.pushed(layer)
    for layer in (layers[0], layers[-1]):
        lose(harbour, layer)
        with pytest.raises(errors.LayersNotFoundError, match=digest_of(layer)):
            harbour.put(image(*layers))
        harbour.records.blobs.update({key: replace(blob, lost_at=None) for key, blob in harbour.records.blobs.items()})
    harbour.put(image(*layers))
