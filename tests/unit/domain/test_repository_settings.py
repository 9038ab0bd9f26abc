"""Settings of a repository that do not fit together."""

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.repository import Encryption, TagMutability
from moorage.domain.repositories.repository_settings import (
    MAX_KMS_KEY_BYTES,
    require_valid_encryption,
    require_valid_filters,
)

DYNAMODB_MAX_SORT_KEY_BYTES = 1024
LONGEST_REPOSITORY_NAME = 256


@pytest.mark.parametrize("mode", TagMutability)
def test_filters_are_given_in_the_modes_with_exclusions_and_only_there(mode: TagMutability):
    with_exclusion = mode.endswith("_WITH_EXCLUSION")
    require_valid_filters(mode, ["dev-*"] if with_exclusion else [])
    with pytest.raises(InvalidParameterError, match="imageTagMutabilityExclusionFilters"):
        require_valid_filters(mode, [] if with_exclusion else ["dev-*"])


def test_a_filter_has_at_most_two_wildcards():
    require_valid_filters(TagMutability.MUTABLE_WITH_EXCLUSION, ["*a*", "b*"])
    with pytest.raises(InvalidParameterError, match="at most 2 wildcards"):
        require_valid_filters(TagMutability.MUTABLE_WITH_EXCLUSION, ["b*", "*a*b*"])


def test_the_longest_key_fits_into_the_longest_sort_key_that_has_it():
    longest = Encryption("KMS_DSSE", "k" * MAX_KMS_KEY_BYTES)
    require_valid_encryption(longest)
    for rest in (f"LINK##{'n' * LONGEST_REPOSITORY_NAME}", f"COLLECTING##{'i' * 36}#00"):
        assert len(longest.sharing_id + rest) <= DYNAMODB_MAX_SORT_KEY_BYTES


@pytest.mark.parametrize(
    "encryption",
    [
        Encryption("AES256", "alias/one"),
        Encryption("KMS", "k" * (MAX_KMS_KEY_BYTES + 1)),
        Encryption("KMS", "\N{ANCHOR}" * (MAX_KMS_KEY_BYTES // 2)),
    ],
    ids=["no key with AES256", "too long", "too long in UTF-8"],
)
def test_a_key_that_the_encryption_cannot_have_is_refused(encryption: Encryption):
    with pytest.raises(InvalidParameterError) as refused:
        require_valid_encryption(encryption)
    assert refused.value.member == "encryptionConfiguration.kmsKey"
