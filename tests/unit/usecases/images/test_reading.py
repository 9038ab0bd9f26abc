"""BatchGetImage, DescribeImages and ListImages in memory."""

from dataclasses import replace
from typing import Any

import pytest
from moorage.domain import errors
from moorage.domain.digest import Digest
from moorage.domain.images.image import MAX_INLINE_BYTES, PULL_TIME_SECONDS, ImageFilter
from moorage.domain.images.image_id import ImageId
from moorage.domain.images.manifest import DOCKER_MANIFEST, OCI_MANIFEST
from moorage.domain.lifecycle.policy import StorageClass, TagStatus
from moorage.usecases.images.batch_get_image import BatchGetImage, PulledImages, batch_get_image
from moorage.usecases.images.listing import _list
from moorage.usecases.images.listing.describe_images import DescribeImages, describe_images
from moorage.usecases.images.listing.list_images import ListImages, list_images
from moorage.usecases.ports.settings import PullTimeExclusion

from tests.support.fakes.harbour import ONE, TWO, Harbour, image
from tests.support.layers import digest_of

FIRST, SECOND = image(ONE), image(ONE, TWO)
PULLER = "arn:aws:iam::123456789012:role/puller"


def get(harbour: Harbour, *ids: ImageId, **more: Any) -> PulledImages:
    return batch_get_image(BatchGetImage(repository=harbour.repository_id(), image_ids=ids, **more), harbour.ports)


def pulled_at(harbour: Harbour, content: str = FIRST) -> float | None:
    return harbour.images.look(harbour.repository_id(), Digest.of(digest_of(content))).pulled_at


def test_an_image_is_found_by_tag_by_digest_and_by_both(harbour: Harbour):
    harbour.put(FIRST, "v1")
    ids = (ImageId(tag="v1"), ImageId(digest=digest_of(FIRST)), ImageId(digest_of(FIRST), "v1"))
    found = get(harbour, *ids, ids[0])
    assert [(each.image_id, each.content) for each in found.images] == [(each, FIRST.encode()) for each in ids]
    assert not found.failures


def test_a_large_manifest_comes_back_whole(harbour: Harbour):
    large = image(ONE, annotations={"a": "x" * MAX_INLINE_BYTES})
    harbour.put(large, "v1")
    assert get(harbour, ImageId(tag="v1")).images[0].content == large.encode()
    harbour.manifests.manifests.clear()
    with pytest.raises(errors.InconsistentRecordsError):
        get(harbour, ImageId(tag="v1"))


def test_each_failure_has_the_apis_code(harbour: Harbour):
    harbour.put(FIRST, "v1")
    harbour.put(SECOND, "v2")
    codes = {
        ImageId(): "MissingDigestAndTag",
        ImageId(digest="sha256:00"): "InvalidImageDigest",
        ImageId(tag="no tag"): "InvalidImageTag",
        ImageId(tag="absent"): "ImageNotFound",
        ImageId(digest=digest_of("absent")): "ImageNotFound",
        ImageId(digest_of(SECOND), "v1"): "ImageTagDoesNotMatchDigest",
    }
    found = get(harbour, *codes, ImageId(tag="v1"))
    assert {failure.image_id: failure.code.value for failure in found.failures} == codes
    assert [each.image_id.tag for each in found.images] == ["v1"]


def test_only_accepted_media_types_are_answered(harbour: Harbour):
    harbour.put(FIRST, "v1")
    assert get(harbour, ImageId(tag="v1"), accepted=frozenset({DOCKER_MANIFEST})).images
    refused = get(harbour, ImageId(tag="v1"), accepted=frozenset({OCI_MANIFEST})).failures[0]
    assert (refused.code.value, DOCKER_MANIFEST in refused.reason) == ("ImageNotFound", True)


def test_more_than_an_answer_can_hold_is_refused(harbour: Harbour):
    for number in range(4):
        harbour.put(image(ONE, annotations={str(number): "x" * 60_000}), f"v{number}")
    assert len(get(harbour, *(ImageId(tag=f"v{number}") for number in range(3))).images) == 3
    with pytest.raises(errors.LimitExceededError, match="fewer images"):
        get(harbour, *(ImageId(tag=f"v{number}") for number in range(4)))


def test_a_pull_is_recorded_once_a_day(harbour: Harbour):
    harbour.put(FIRST, "v1")
    assert pulled_at(harbour) is None
    get(harbour, ImageId(tag="v1"))
    first = harbour.clock.now
    assert pulled_at(harbour) == first
    harbour.clock.now += PULL_TIME_SECONDS - 1
    get(harbour, ImageId(tag="v1"))
    assert pulled_at(harbour) == first
    harbour.clock.now += 1
    get(harbour, ImageId(tag="v1"))
    assert pulled_at(harbour) == harbour.clock.now


def test_a_pull_of_an_excluded_principal_is_not_recorded(harbour: Harbour):
    harbour.put(FIRST, "v1")
    harbour.ports.settings.add_exclusion(harbour.registry_id, PullTimeExclusion(PULLER, 1.5))
    assert get(harbour, ImageId(tag="v1"), principals=("other", PULLER)).images
    assert pulled_at(harbour) is None


def test_a_pull_whose_time_cannot_be_written_succeeds(harbour: Harbour, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise errors.UnavailableError

    harbour.put(FIRST, "v1")
    monkeypatch.setattr(harbour.images, "record_pull", refuse)
    assert get(harbour, ImageId(tag="v1")).images


def test_a_missing_image_is_named_by_describe(harbour: Harbour):
    harbour.put(FIRST, "v1")
    for image_id in (ImageId(tag="absent"), ImageId(digest_of(SECOND), "v1")):
        query = DescribeImages(repository=harbour.repository_id(), image_ids=(ImageId(tag="v1"), image_id))
        with pytest.raises(errors.ImageNotFoundError, match=f"imageTag:'{image_id.tag}'"):
            describe_images(query, harbour.ports)
    with pytest.raises(errors.InvalidParameterError, match="imageIds"):
        describe_images(DescribeImages(repository=harbour.repository_id(), image_ids=(ImageId(),)), harbour.ports)


def test_an_image_that_is_named_twice_is_described_once(harbour: Harbour):
    harbour.put(FIRST, "v1")
    ids = (ImageId(tag="v1"), ImageId(digest=digest_of(FIRST)))
    page = describe_images(DescribeImages(repository=harbour.repository_id(), image_ids=ids), harbour.ports)
    assert [each.tags for each in page.images] == [("v1",)]


@pytest.fixture
def five(harbour: Harbour) -> Harbour:
    """Three tagged images, one of them twice, an untagged one, and one that is archived."""
    for number in range(5):
        harbour.put(image(ONE, annotations={"n": str(number)}), None if number == 3 else f"v{number}")
    harbour.put(image(ONE, annotations={"n": "0"}), "latest")
    archived = harbour.images.look(harbour.repository_id(), digest("4"))
    kept = harbour.images.repository(harbour.repository_id())
    kept.images[archived.digest] = replace(archived, storage_class=StorageClass.ARCHIVE)
    return harbour


def digest(number: str) -> Digest:
    return Digest.of(digest_of(image(ONE, annotations={"n": number})))


def all_ids(harbour: Harbour, limit: int, **filtered: Any) -> list[tuple[str, str]]:
    """Every id of the listing, read by pages."""
    found: list[tuple[str, str]] = []
    query = ListImages(repository=harbour.repository_id(), filter=ImageFilter(**filtered), limit=limit)
    while True:
        page = list_images(query, harbour.ports)
        assert len(page.ids) <= limit
        found += [(str(each.digest), each.tag) for each in page.ids]
        if page.next_start is None:
            return found
        query = replace(query, start=page.next_start)


TAGGED = [("0", "latest"), ("0", "v0"), ("1", "v1"), ("2", "v2")]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("examined", [1, 2, 2000])
def test_pages_of_any_size_have_every_id_once(
    five: Harbour, limit: int, examined: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_list, "MAX_EXAMINED", examined)
    tagged = sorted((str(digest(number)), tag) for number, tag in TAGGED)
    untagged = [(str(digest("3")), "")]
    everything = set(StorageClass)
    assert all_ids(five, limit, tag_status=TagStatus.TAGGED) == tagged
    assert all_ids(five, limit, tag_status=TagStatus.UNTAGGED) == untagged
    assert all_ids(five, limit) == sorted(tagged + untagged)
    archived = [(str(digest("4")), "v4")]
    assert all_ids(five, limit, storage_classes={StorageClass.ARCHIVE}) == archived
    assert all_ids(five, limit, storage_classes=everything) == sorted(tagged + untagged + archived)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_images_are_described_page_by_page(five: Harbour, limit: int):
    found: list[Digest] = []
    query = DescribeImages(repository=five.repository_id(), limit=limit)
    while True:
        page = describe_images(query, five.ports)
        assert len(page.images) <= limit
        found += [each.image.digest for each in page.images]
        if page.next_start is None:
            break
        query = replace(query, start=page.next_start)
    assert found == sorted(digest(number) for number in "0123")


def test_an_unknown_repository_is_named(harbour: Harbour):
    absent = harbour.repository_id("harbour/absent")
    for read in (
        lambda: list_images(ListImages(repository=absent), harbour.ports),
        lambda: describe_images(DescribeImages(repository=absent), harbour.ports),
        lambda: batch_get_image(BatchGetImage(repository=absent, image_ids=(ImageId(tag="a"),)), harbour.ports),
    ):
        with pytest.raises(errors.RepositoryNotFoundError, match="harbour/absent"):
            read()
