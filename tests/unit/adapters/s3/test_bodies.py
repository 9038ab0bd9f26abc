"""A part in memory is sent in pieces, as botocore needs it, and can be sent again."""

from os import SEEK_CUR, SEEK_END
from typing import Any

import pytest
from botocore.session import get_session
from moorage.adapters.s3.bodies import PIECE_BYTES, HeldBody

CONTENT = bytes(range(251)) * (2 * PIECE_BYTES // 251 + 1)


@pytest.mark.parametrize("make", [bytes, bytearray])
def test_it_is_read_in_pieces_and_ends_empty(make: Any):
    body, pieces = HeldBody(make(CONTENT)), []
    while piece := body.read(16_384):
        pieces.append(bytes(piece))
    assert b"".join(pieces) == CONTENT
    assert {len(piece) for piece in pieces[:-1]} == {PIECE_BYTES}
    assert not body.read()


def test_it_is_read_again_after_a_failure():
    body = HeldBody(CONTENT)
    body.read()
    assert body.seek(0) == 0
    assert body.read() == CONTENT


def test_its_length_is_found_by_seeking():
    body = HeldBody(CONTENT)
    assert (body.seek(0, SEEK_END), body.tell(), len(body)) == (len(CONTENT),) * 3
    assert body.seek(-3, SEEK_CUR) == len(CONTENT) - 3
    assert body.read() == CONTENT[-3:]


@pytest.mark.parametrize("make", [bytes, bytearray])
def test_a_part_is_only_sent_when_s3_asks_for_it(make: Any):
    """With `Expect: 100-continue`, S3 can refuse a part before its bytes come."""
    client = get_session().create_client(
        "s3", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    sent = []

    def keep(request: Any, **_: Any) -> None:
        sent.append(request)
        raise KeyboardInterrupt

    client.meta.events.register("before-send.s3.UploadPart", keep)
    with pytest.raises(KeyboardInterrupt):
        client.upload_part(
            Bucket="b", Key="k", UploadId="u", PartNumber=1, Body=HeldBody(make(b"part")), ChecksumSHA256="A" * 43 + "="
        )
    assert sent[0].headers["Expect"] in ("100-continue", b"100-continue")
    assert int(sent[0].headers["Content-Length"]) == 4
