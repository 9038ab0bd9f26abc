"""Page tokens: they continue the query they were answered for, and no other."""

import base64
import json

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.wire.page_tokens import PageTokens
from moorage.wire.shapes import IntegerShape, ListShape, StringShape

TOKENS = PageTokens("ListThings", StringShape(min=1))
QUERY = {"repositoryName": "harbour/anchor", "filter": {"tagStatus": "ANY"}, "maxResults": 5}


def test_without_a_token_a_listing_starts_at_its_first_page():
    assert TOKENS.position(QUERY) is None


@pytest.mark.parametrize("position", ["sha256:00", "\N{ANCHOR}"])
def test_a_token_leads_back_to_its_position_whatever_the_size_of_the_page(position: str):
    token = TOKENS.write(QUERY, position)
    assert TOKENS.position({**QUERY, "maxResults": 7, "nextToken": token}) == position


def test_a_position_may_be_any_json_value_that_its_shape_allows():
    tokens = PageTokens("ListThings", ListShape(IntegerShape(min=0), min=2, max=2))
    assert tokens.position({"nextToken": tokens.write({}, [1, 2])}) == [1, 2]
    for wrong in ([1], [1, -1], "x", None):
        with pytest.raises(InvalidParameterError, match="'nextToken'"):
            tokens.position({"nextToken": tokens.write({}, wrong)})


@pytest.mark.parametrize(
    "changed",
    [
        {"repositoryName": "harbour/other"},
        {"filter": {"tagStatus": "TAGGED"}},
        {"registryId": "123456789012"},
    ],
)
def test_a_token_is_refused_with_another_query(changed: dict[str, object]):
    with pytest.raises(InvalidParameterError, match="'nextToken'"):
        TOKENS.position({**QUERY, **changed, "nextToken": TOKENS.write(QUERY, "a")})


def test_a_token_is_refused_by_another_operation():
    with pytest.raises(InvalidParameterError, match="'nextToken'"):
        PageTokens("ListOthers", StringShape()).position({**QUERY, "nextToken": TOKENS.write(QUERY, "a")})


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"[" * 100_000, b'["a"]', b'["a", 1]', b'["a", "b", "c"]', b"\xff", b"1"]
)
def test_an_invalid_token_is_refused(content: bytes):
    with pytest.raises(InvalidParameterError, match="'nextToken'"):
        TOKENS.position({**QUERY, "nextToken": base64.urlsafe_b64encode(content).decode()})


@pytest.mark.parametrize("token", ["", "=", "not base64!", "\N{ANCHOR}", json.dumps(["a", "b"])])
def test_invalid_base64_is_refused(token: str):
    with pytest.raises(InvalidParameterError, match="'nextToken'"):
        TOKENS.position({**QUERY, "nextToken": token})
