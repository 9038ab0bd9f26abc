"""Settings: all from one mapping, and one error that lists everything wrong with it."""

import pytest
from moorage.bootstrap.limits import limits_of
from moorage.settings import MIB, Settings, SettingsError

LEAST = {
    "MOORAGE_TABLE": "table",
    "MOORAGE_BUCKET": "bucket",
    "MOORAGE_REGISTRY_ID": "123456789012",
    "AWS_REGION": "eu-central-1",
}


def test_four_names_are_enough():
    settings = Settings.from_mapping(LEAST)
    assert (settings.table_name, settings.bucket, settings.region) == ("table", "bucket", "eu-central-1")
    assert (settings.part_size_bytes, settings.event_bus_name) == (3 * MIB, None)


def test_everything_that_is_missing_or_unusable_is_said_at_once():
    unusable = {
        "MOORAGE_REGISTRY_ID": "1234",
        "MOORAGE_PART_SIZE_BYTES": "much",
        "MOORAGE_UPLOAD_LIFETIME_SECONDS": "0",
        "AWS_REGION": "",
    }
    with pytest.raises(SettingsError) as refused:
        Settings.from_mapping(unusable)
    for named in (
        "MOORAGE_TABLE is not set",
        "MOORAGE_BUCKET is not set",
        "AWS_REGION is not set",
        *list(unusable)[:3],
    ):
        assert named in str(refused.value)


def test_unknown_variables_are_ignored():
    assert Settings.from_mapping({**LEAST, "PATH": "/bin", "MOORAGE_NO_SUCH": "1"}) == Settings.from_mapping(LEAST)


@pytest.mark.parametrize(
    ("advertised", "smallest"), [(3 * MIB, 3 * MIB), (5 * MIB, 5 * MIB), (10 * MIB, 5 * MIB), (20 * MIB, 5 * MIB)]
)
def test_the_smallest_part_is_s3s_minimum_or_what_is_advertised_if_less(advertised: int, smallest: int):
    limits = limits_of(Settings.from_mapping({**LEAST, "MOORAGE_PART_SIZE_BYTES": str(advertised)}))
    assert (limits.part_size_bytes, limits.min_part_bytes) == (advertised, smallest)


@pytest.mark.parametrize("size", ["-1", "4194305", "all"])
def test_a_blob_that_no_answer_can_hold_is_not_proxied(size: str):
    with pytest.raises(SettingsError, match="MOORAGE_PROXY_BLOB_BYTES"):
        Settings.from_mapping({**LEAST, "MOORAGE_PROXY_BLOB_BYTES": size})
    assert (
        limits_of(Settings.from_mapping({**LEAST, "MOORAGE_PROXY_BLOB_BYTES": "4194304"})).proxy_blob_bytes == 4 * MIB
    )


def test_the_limits_are_the_documented_ones():
    limits = limits_of(Settings.from_mapping(LEAST))
    assert limits.max_parts == 4_200
    assert limits.max_layer_bytes == 52_000 * MIB
    assert limits.min_stored_bytes == 5 * MIB
    assert limits.part_reservation_seconds == 60
