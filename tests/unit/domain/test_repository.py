"""Which repositories share content."""

from moorage.domain.repositories.repository import Encryption


def test_content_is_shared_by_encryption_and_nothing_else():
    kinds = [
        Encryption(),
        Encryption("KMS"),
        Encryption("KMS", "alias/one"),
        Encryption("KMS", "alias/two"),
        Encryption("KMS_DSSE", "alias/one"),
    ]
    assert len({kind.sharing_id for kind in kinds}) == len(kinds)
    assert Encryption("KMS", "alias/one").sharing_id == kinds[2].sharing_id
