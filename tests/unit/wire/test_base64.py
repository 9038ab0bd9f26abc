"""Strict base64: both decoders accept and refuse the same texts."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moorage.wire.base64 import FAST_DECODER, decode_base64

DECODERS = [pytest.param(None, id="binascii"), pytest.param(FAST_DECODER, id="as fast as possible")]


@pytest.mark.parametrize("decoder", DECODERS)
@given(content=st.binary(max_size=100))
def test_what_was_encoded_is_decoded_from_text_bytes_and_views(decoder, content: bytes):
    encoded = base64.b64encode(content)
    assert decode_base64(encoded.decode(), decoder) == content
    assert decode_base64(encoded, decoder) == content
    assert decode_base64(memoryview(b"..." + encoded)[3:], decoder) == content


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize(
    "text", ["A", "AB", "AAA", "AA=A", "AAAA=", "AAAA====", "=", "AA\nAA", " AAAA", "AA-_", "äAAA", "\0AAA"]
)
def test_anything_else_is_refused(decoder, text: str):
    with pytest.raises(ValueError, match=r"."):
        decode_base64(text, decoder)


@given(text=st.text(alphabet="AB+/=z9 \n-_é\0", max_size=12))
def test_the_decoders_agree(text: str):
    def outcome(decoder: object) -> bytes | None:
        try:
            return decode_base64(text, decoder)
        except ValueError:
            return None

    assert outcome(None) == outcome(FAST_DECODER)
