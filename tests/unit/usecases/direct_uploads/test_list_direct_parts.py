"""Pages of parts: fresh URLs, and what S3 has already."""

import pytest
from moorage.domain.errors import InvalidParameterError, UploadNotFoundError
from moorage.usecases.direct_uploads.list_direct_parts import DirectParts, ListDirectParts, list_direct_parts

from tests.support.direct.uploads import begin, complete, sent
from tests.support.fakes.world import REGISTRY_ID, World

CONTENT = b"z" * 75  # eight parts, three to a page


def listed(world: World, upload_id: str, after_number: int = 0, registry_id: str = REGISTRY_ID) -> DirectParts:
    query = ListDirectParts(registry_id=registry_id, upload_id=upload_id, after_number=after_number)
    return list_direct_parts(query, world.ports)


def test_pages_name_every_part_once(world: World):
    upload_id = begin(world, CONTENT).upload.upload_id
    numbers, after_number = [], 0
    while True:
        page = listed(world, upload_id, after_number)
        numbers += [part.range.number for part in page.parts]
        if page.next_after is None:
            break
        after_number = page.next_after
    assert numbers == list(range(1, 9))


def test_a_page_says_what_s3_has(world: World):
    upload = begin(world, CONTENT).upload
    world.direct.send(upload, 2, CONTENT[10:20])
    world.direct.send(upload, 5, CONTENT[40:50])
    assert [part.is_received for part in listed(world, upload.upload_id).parts] == [False, True, False]
    assert [part.is_received for part in listed(world, upload.upload_id, 3).parts] == [False, True, False]


def test_a_part_of_another_length_does_not_count_as_received(world: World):
    upload = begin(world, CONTENT).upload
    world.direct.send(upload, 1, b"short")
    assert not listed(world, upload.upload_id).parts[0].is_received


def test_a_token_after_the_last_part_is_refused(world: World):
    upload_id = begin(world, CONTENT).upload.upload_id
    with pytest.raises(InvalidParameterError, match="nextToken"):
        listed(world, upload_id, 8)


def test_no_urls_are_given_out_once_the_parts_were_joined(world: World):
    upload_id = sent(world, CONTENT)
    upload = world.head(upload_id)
    world.direct.complete_multipart(upload, list(world.direct.list_parts(upload)))
    with pytest.raises(UploadNotFoundError):
        listed(world, upload_id)
    complete(world, upload_id)
    with pytest.raises(UploadNotFoundError):
        listed(world, upload_id)


def test_another_registrys_upload_is_not_found(world: World):
    upload_id = begin(world, CONTENT).upload.upload_id
    with pytest.raises(UploadNotFoundError):
        listed(world, upload_id, registry_id="999999999999")


def test_a_relayed_or_expired_upload_is_not_found(world: World):
    with pytest.raises(UploadNotFoundError):
        listed(world, world.initiate())
    upload_id = begin(world, CONTENT).upload.upload_id
    world.clock.now += 1000
    with pytest.raises(UploadNotFoundError):
        listed(world, upload_id)
