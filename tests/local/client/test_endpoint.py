"""Endpoints as users type them: what is wrong with one is said at once."""

import pytest
from moorage_client.endpoint import EndpointError, is_loopback, parse_endpoint


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("http://127.0.0.1:4510", "http://127.0.0.1:4510"),
        ("http://127.0.0.1:4510/", "http://127.0.0.1:4510"),
        ("https://registry.example", "https://registry.example"),
        ("http://[::1]:4510", "http://[::1]:4510"),
    ],
)
def test_an_address_is_an_endpoint(text: str, endpoint: str):
    assert parse_endpoint(text) == endpoint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("127.0.0.1:4510", "has no scheme: write http://127.0.0.1:4510 or"),
        ("registry.example", "has no scheme"),
        ("localhost:4510", "has no scheme"),
        ("ftp://registry.example", "has no scheme"),
        ("", "has no scheme"),
        ("http://", "names no host"),
        ("http://:4510", "names no host"),
        ("http://a b", "names no host"),
        ("http://127.0.0.1:99999", "is not a URL"),
        ("http://127.0.0.1:port", "is not a URL"),
        ("http://[::1", "is not a URL"),
        ("http://127.0.0.1:4510/v2/", "has a path: give the address alone, http://127.0.0.1:4510"),
        ("https://registry.example?x=1", "has a path"),
        ("https://me:secret@registry.example", "contains a user name or password"),
    ],
)
def test_an_invalid_endpoint_is_refused_with_the_reason(text: str, reason: str):
    with pytest.raises(EndpointError, match="endpoint") as refused:
        parse_endpoint(text)
    assert reason in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:4510", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("https://a.b", False),
        ("http://[", False),
    ],
)
def test_loopback_is_told_from_the_rest(url: str, expected: bool):
    assert is_loopback(url) is expected
