"""The error table: complete, and silent about what is not in it."""

import pytest
from moorage.domain import errors
from moorage.domain.repositories.repository import RepositoryId
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.wire.ecr.errors import ALWAYS, ERROR_SHAPES, NEVER_ANSWERED, error_body
from moorage.wire.ecr.operations import HANDLERS, find_operation
from moorage.wire.errors import SERVER_FAULT, SERVER_FAULT_MESSAGE

from tests.support.error_tree import raised_errors

DECLARED = find_operation("CompleteLayerUpload").errors


def test_every_error_is_in_the_table_once_and_only_the_operators_own_is_not():
    assert set(ERROR_SHAPES) == raised_errors() - NEVER_ANSWERED


@pytest.mark.parametrize(
    "error",
    [
        errors.InconsistentRecordsError("layer sha256:00 has no blob record in table moorage"),
        KeyError("secret"),
        ZeroDivisionError(),
    ],
)
def test_what_is_not_in_the_table_tells_the_caller_nothing(error: Exception):
    shape, body = error_body(error, DECLARED)
    assert (shape.name, shape.status) == ("ServerException", 500)
    assert body == {"__type": "ServerException", "message": SERVER_FAULT_MESSAGE}


def test_busy_is_an_answer_that_sdks_repeat():
    shape, _ = error_body(errors.UnavailableError(), DECLARED)
    assert (shape.name, shape.status) == ("ServerException", 503)


@pytest.mark.parametrize("operation", sorted(HANDLERS))
def test_a_key_services_refusal_is_named_where_the_operation_declares_it(operation: str):
    declared = find_operation(operation).errors
    shape, body = error_body(errors.EncryptionError("DisabledException"), declared)
    if "KmsException" not in declared:
        assert (shape.name, "kmsError" in body) == ("ServerException", False)
    else:
        assert (shape.name, body["kmsError"]) == ("KmsException", "DisabledException")


def test_an_error_that_the_operation_does_not_declare_tells_the_caller_nothing():
    assert "RepositoryNotEmptyException" not in DECLARED
    shape, body = error_body(errors.RepositoryNotEmptyError(RepositoryId("123456789012", "harbour/anchor")), DECLARED)
    assert shape is SERVER_FAULT
    assert body["message"] == SERVER_FAULT_MESSAGE


@pytest.mark.parametrize("error", [errors.MalformedRequestError("why"), errors.UnknownOperationError("X")])
def test_errors_of_the_protocol_need_no_declaration(error: errors.MoorageError):
    assert error_body(error, frozenset())[0].name in ALWAYS


@pytest.mark.parametrize(("last_valid_byte", "sent"), [(-1, 0), (0, 0), (41, 41)])
def test_an_invalid_part_has_its_four_members_whatever_was_received(last_valid_byte: int, sent: int):
    error = errors.InvalidLayerPartError(
        "why", upload=UploadRef(RepositoryId("r", "n"), "u"), last_valid_byte=last_valid_byte
    )
    assert error_body(error, find_operation("UploadLayerPart").errors)[1] == {
        "__type": "InvalidLayerPartException",
        "message": "why",
        "registryId": "r",
        "repositoryName": "n",
        "uploadId": "u",
        "lastValidByteReceived": sent,
    }
