"""JSON bodies, with and without a large blob in them."""

import json

import pytest
from moorage.domain.errors import MalformedRequestError
from moorage.wire.json_body import read_json, read_json_with_blob

BLOB = "QUJD" * 30_000


def document(text: str) -> bytes:
    return text.replace("BLOB", BLOB).encode()


def as_strings(value: object) -> object:
    """The same value, with views as strings."""
    if isinstance(value, dict):
        return {name: as_strings(member) for name, member in value.items()}
    return bytes(value).decode() if isinstance(value, memoryview) else value


@pytest.mark.parametrize(
    "text",
    [
        '{"blob": "BLOB"}',
        '{"blob":"BLOB","after":1}',
        '{"before": {"blob": 1}, "blob" \t:\n "BLOB", "after": [1]}',
    ],
)
def test_a_large_blob_is_a_view_of_the_body(text: str):
    body = bytearray(document(text))
    value = read_json_with_blob(body, "blob")
    assert isinstance(value["blob"], memoryview)
    assert as_strings(value) == json.loads(body)


@pytest.mark.parametrize(
    "text",
    [
        '{"blob": "small"}',
        '{"other": "BLOB"}',
        '{"inside": {"blob": "BLOB"}}',
        '["blob", "BLOB"]',
        '{"blob": "BLOB", "blob": "the last one counts"}',
        '{"blob": "the last one counts", "blob": "BLOB"}',
        '{"blob": "with\\/escapesBLOB"}',
        '{"escaped\\"blob": "BLOB"}',
        '{"text": "\\"blob\\": \\"BLOB"}',
        '{"blob": null, "other": "BLOB"}',
    ],
)
def test_whatever_the_body_looks_like_its_meaning_is_the_same(text: str):
    body = document(text)
    assert as_strings(read_json_with_blob(body, "blob")) == read_json(body)
    assert read_json_with_blob(body.decode(), "blob") == read_json(body)


@pytest.mark.parametrize("text", ['{"blob": "BLOB', '{"blob": "BLOB"', '{"blob": "BLOB"} more', '{blob: "BLOB"}'])
def test_what_is_not_json_is_refused(text: str):
    with pytest.raises(MalformedRequestError):
        read_json_with_blob(document(text), "blob")
