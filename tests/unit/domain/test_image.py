"""Tags: their form, and whether they can move."""

import pytest
from moorage.domain.images.image import is_immutable, is_tag
from moorage.domain.repositories.repository import Repository, RepositoryId, TagFilter, TagMutability


@pytest.mark.parametrize("text", ["a", "1.0", "v1.0-rc_1", "_", "x" * 300])
def test_a_tag_begins_with_a_letter_a_digit_or_an_underscore(text: str):
    assert is_tag(text)


@pytest.mark.parametrize("text", ["", ".a", "-a", "a b", "a#b", "a/b", "a:b", "\N{ANCHOR}", "a\n", "x" * 301])
def test_other_text_is_no_tag(text: str):
    assert not is_tag(text)


@pytest.mark.parametrize(
    ("mutability", "excluded", "other"),
    [
        (TagMutability.MUTABLE, False, False),
        (TagMutability.IMMUTABLE, True, True),
        (TagMutability.MUTABLE_WITH_EXCLUSION, True, False),
        (TagMutability.IMMUTABLE_WITH_EXCLUSION, False, True),
    ],
)
def test_a_filter_excludes_tags_from_the_mutability(mutability: TagMutability, excluded: bool, other: bool):
    repository = Repository(
        id=RepositoryId("123456789012", "harbour/anchor"),
        incarnation="first",
        created_at=0,
        tag_mutability=mutability,
        tag_mutability_filters=(TagFilter("release-*"), TagFilter("*.final")),
    )
    for tag in ("release-", "release-1", "2.final"):
        assert is_immutable(tag, repository) is excluded
    for tag in ("release", "Release-1", "pre-release-1", "2.final.1", "2xfinal"):
        assert is_immutable(tag, repository) is other
