"""ECR's rules for the tags of a resource."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.domain.errors import InvalidTagError, TooManyTagsError
from moorage.domain.repositories.resource_tags import MAX_TAGS, require_valid_tags, with_tags, without_keys

FIFTY = tuple((f"key-{number}", "") for number in range(MAX_TAGS))


@pytest.mark.parametrize(
    "tags",
    [
        (("k" * 128, "v" * 256),),
        (("team", ""), ("Team", "")),
        (("\N{ANGSTROM SIGN}\u4e2d 9", "+-=._:/@ \u00a0\u3000"),),
        (("xaws:", "my aws:"), ("aws", "AWS")),
        FIFTY,
    ],
    ids=["longest", "case", "letters of any language", "aws inside", "fifty"],
)
def test_tags_that_ecr_documents_as_valid_are_taken(tags: tuple[tuple[str, str], ...]):
    require_valid_tags(tags)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ((("", "v"),), "at least 1 character"),
        ((("k" * 129, "v"),), "has 129 characters"),
        ((("k", "v" * 257),), "has 257 characters"),
        ((("k", "1"), ("k", "2")), "only once"),
        ((("aws:team", "v"),), "reserved"),
        ((("AwS:team", "v"),), "reserved"),
        ((("k", "aws:v"),), "reserved"),
        ((("k\n", "v"),), "other characters"),
        ((("k", "a,b"),), "other characters"),
        ((("k", "\N{ANCHOR}"),), "other characters"),
    ],
)
def test_a_tag_that_breaks_a_rule_is_refused_with_the_rule(tags: tuple[tuple[str, str], ...], reason: str):
    with pytest.raises(InvalidTagError, match=reason):
        require_valid_tags(tags)


def test_the_fifty_first_tag_is_too_many_and_a_new_value_is_none():
    assert with_tags(FIFTY, (("key-7", "new"),))[7] == ("key-7", "new")
    with pytest.raises(TooManyTagsError, match="51 were given"):
        with_tags(FIFTY, (("key-50", ""),))


KEYS = st.sampled_from("abcde")
TAGS = st.dictionaries(KEYS, st.sampled_from("xyz")).map(lambda each: tuple(each.items()))


@given(TAGS, TAGS, st.frozensets(KEYS))
def test_adding_and_removing_are_those_of_a_dictionary(tags: tuple, added: tuple, keys: frozenset[str]):
    assert dict(with_tags(tags, added)) == {**dict(tags), **dict(added)}
    assert dict(without_keys(tags, keys)) == {key: value for key, value in tags if key not in keys}
    assert with_tags(with_tags(tags, added), added) == with_tags(tags, added)
