"""Keys in the bucket: every upload has its own, and they can be read back."""

from moorage.adapters.s3.keys import direct_key, relay_key, tail_key, upload_id_of

from tests.support.fakes.world import World


def test_no_two_places_have_one_key(world: World):
    one, two = world.head(world.initiate()), world.head(world.initiate())
    keys = [key(head.repository.registry_id, head.upload_id) for key in (relay_key, direct_key) for head in (one, two)]
    keys += [tail_key(head, number) for head in (one, two) for number in (1, 2, 10_000)]
    assert len(set(keys)) == 10
    assert {upload_id_of(key) for key in keys} == {one.upload_id, two.upload_id}


def test_a_key_that_is_not_ours_belongs_to_no_upload():
    for key in ("", "blobs", "blobs/", "other/123456789012/id", "/blobs/1/id"):
        assert upload_id_of(key) is None
