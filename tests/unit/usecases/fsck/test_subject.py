"""`moorage fsck --json` names what it found in texts that scripts may rely on."""

import pytest
from moorage.domain.digest import Digest
from moorage.domain.layer import ContentId, Link
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.fsck._subject import ImageKey, LayerKey, PushKey, Subject, UploadKey
from moorage.usecases.ports.inventory import ImageRow, ListedMultipart, ListedObject, PartOf, RowKind

HEX = "a" * 64
DIGEST = Digest.of(f"sha256:{HEX}")
REPOSITORY = RepositoryId("000000000000", "harbour/anchor")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (REPOSITORY, "000000000000/harbour/anchor"),
        (LayerKey(REPOSITORY, DIGEST), f"000000000000/harbour/anchor@sha256:{HEX}"),
        (ImageKey(REPOSITORY, DIGEST), f"000000000000/harbour/anchor@sha256:{HEX}"),
        (ContentId("000000000000", DIGEST, ""), f"000000000000 sha256:{HEX}"),
        (ContentId("000000000000", DIGEST, "KMS#key"), f"000000000000 sha256:{HEX} KMS#key"),
        (
            Link(ContentId("000000000000", DIGEST, ""), REPOSITORY, "upload"),
            f"000000000000 sha256:{HEX} harbour/anchor upload",
        ),
        (ImageRow(RowKind.TAG, REPOSITORY, DIGEST, "v1"), f"tag 000000000000/harbour/anchor@sha256:{HEX} v1"),
        (UploadKey("upload"), "upload"),
        (PartOf("upload", 3, expires_at=1), "upload 3"),
        (PushKey("push"), "push"),
        (ListedObject("blobs/1/2", 1, "2", is_tail=False), "blobs/1/2"),
        (ListedMultipart("blobs/1/2", "multipart", 1.5), "blobs/1/2 multipart"),
    ],
)
def test_the_text_of_what_was_found(subject: Subject, text: str):
    assert str(subject) == text
