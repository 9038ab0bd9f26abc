"""The OCI protocol's error table: complete, of the specification's codes, and silent about our own faults."""

import json

import pytest
from moorage.domain import errors
from moorage.wire.errors import SERVER_FAULT_MESSAGE
from moorage.wire.http import BrokenBodyError
from moorage.wire.oci.errors import ERROR_SHAPES, MEMBER_CODES, NEVER_ANSWERED, OCI_FAULT, oci_error
from moorage.wire.oci.routes import MethodNotAllowedError

from tests.support.error_tree import raised_errors

SPECIFIED = {
    "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DENIED", "DIGEST_INVALID",
    "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN",
    "SIZE_INVALID", "TOOMANYREQUESTS", "UNAUTHORIZED", "UNSUPPORTED",
}  # fmt: skip
"""OCI Distribution Specification 1.1, "Error Codes"."""


def test_every_error_is_in_the_table_or_is_never_answered():
    assert set(ERROR_SHAPES) - {BrokenBodyError, MethodNotAllowedError} == raised_errors() - NEVER_ANSWERED
    assert raised_errors() >= NEVER_ANSWERED


def test_every_code_is_the_specifications():
    assert {shape.name for shape in ERROR_SHAPES.values()} | set(MEMBER_CODES.values()) <= SPECIFIED


def test_a_refusal_has_the_specifications_form():
    shape, body = oci_error(errors.InvalidLayerError("no"))
    assert shape.status == 400
    assert json.loads(json.dumps(body)) == {"errors": [{"code": "DIGEST_INVALID", "message": "no"}]}


def test_busy_is_an_answer_that_clients_repeat():
    assert oci_error(errors.UnavailableError())[0].status == 429


@pytest.mark.parametrize("member", sorted(MEMBER_CODES))
def test_a_bad_member_has_a_code_of_its_own(member: str):
    assert oci_error(errors.InvalidParameterError(member, "must be good"))[0].name == MEMBER_CODES[member]


@pytest.mark.parametrize("error", [KeyError("secret"), errors.InconsistentRecordsError("secret"), Exception("secret")])
def test_what_is_not_in_the_table_tells_nothing_of_itself(error: Exception):
    shape, body = oci_error(error)
    assert shape is OCI_FAULT
    assert body["errors"][0]["message"] == SERVER_FAULT_MESSAGE
