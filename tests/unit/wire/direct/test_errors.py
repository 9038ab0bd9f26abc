"""Every refusal has its status in the direct upload API, and ECR's name."""

import pytest
from moorage.domain import errors
from moorage.domain.repositories.repository import RepositoryId
from moorage.wire.direct.errors import DIRECT_STATUSES, direct_error, reason_of
from moorage.wire.ecr.errors import ERROR_SHAPES


def test_every_error_of_the_table_has_a_name():
    assert set(DIRECT_STATUSES) <= set(ERROR_SHAPES)


def test_an_error_that_the_table_leaves_out_has_ecrs_status(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(DIRECT_STATUSES, errors.LimitExceededError)
    assert direct_error(errors.LimitExceededError("why"))[0].status == 400


def test_only_what_may_succeed_later_is_a_server_error():
    later = {error for error, status in DIRECT_STATUSES.items() if status >= 500}
    assert later == {errors.UnavailableError, errors.VerificationInProgressError}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.LayerAlreadyExistsError(RepositoryId("1", "r"), "d"), 409, "LayerAlreadyExistsException"),
        (errors.UploadNotFoundError("u", "1"), 404, "UploadNotFoundException"),
        (errors.InvalidLayerError("no"), 422, "InvalidLayerException"),
        (errors.UnavailableError(), 503, "ServerException"),
    ],
)
def test_a_refusal_is_spelled_as_code_and_message(error: errors.MoorageError, status: int, code: str):
    shape, body = direct_error(error)
    assert (shape.status, body) == (status, {"code": code, "message": str(error)})
    assert reason_of(error) == code


def test_the_key_services_own_code_is_told():
    assert direct_error(errors.EncryptionError("DisabledException"))[1]["kmsError"] == "DisabledException"


@pytest.mark.parametrize("error", [KeyError("secret"), errors.InconsistentRecordsError("secret"), Exception("secret")])
def test_what_is_not_in_the_table_tells_nothing_of_itself(error: Exception):
    shape, body = direct_error(error)
    assert shape.status == 500
    assert "secret" not in str(body)
