"""A HEAD that the key service refuses: S3 answers a status without a body."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moorage.adapters.s3.content import S3Content
from moorage.domain.errors import EncryptionError, UnavailableError

from tests.support.faults.injection import Fault, Injector, bodiless


class Unused:
    """Stands for ranges, which a HEAD does not read."""


def head(status: int) -> Any:
    """What HeadObject means when S3 answers this status and no body."""
    client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    ranges: Any = Unused()
    content = S3Content(client, "bucket", ranges, 60, "table")
    injector = Injector([client])
    with injector.watching(0, Fault("no body", bodiless(status))):
        return content.head("blobs/1/2")


def test_a_bodiless_denial_is_the_key_services() -> None:
    with pytest.raises(EncryptionError) as refused:
        head(403)
    assert refused.value.kms_error == "AccessDeniedException"


def test_other_bodiless_answers_keep_their_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retryhandler.delay_exponential", lambda *_: 0.0)
    assert head(404) is None
    with pytest.raises(UnavailableError):
        head(503)
    with pytest.raises(ClientError):
        head(405)
