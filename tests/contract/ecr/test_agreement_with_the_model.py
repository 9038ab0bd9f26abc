"""The generated shapes, the operations and the error table, compared with botocore's model of the API."""

from pathlib import Path

import moorage.wire.ecr.model
import pytest
from moorage.domain import errors
from moorage.domain.errors import UnknownOperationError
from moorage.settings import ECR_MAX_PART_BYTES
from moorage.wire.ecr.errors import ALWAYS, ERROR_SHAPES, error_body
from moorage.wire.ecr.model import MODULES
from moorage.wire.ecr.operations import HANDLERS, find_operation
from moorage.wire.errors import SERVER_FAULT

from tests.support.ecr.model import PROTOCOL_ERRORS, declared_errors, operation, service
from tools.ecr_model.shapes import generate

ANYWHERE = [errors.InvalidParameterError("member", "reason"), errors.UnavailableError("why")]
"""Errors that every operation can come to."""


def test_generating_the_shapes_again_changes_nothing():
    folder = Path(moorage.wire.ecr.model.__file__).parent
    checked_in = {path.name: path.read_text() for path in folder.glob("*.py")}
    assert checked_in == generate(service()), "run `make shapes`"


def test_every_operation_of_the_model_has_a_shape_and_every_handler_is_of_one():
    assert set(MODULES) == set(service().operation_names)
    assert set(HANDLERS) <= set(MODULES)


OUR_OWN = {"GetAuthorizationToken": {"scope"}}
"""Members that no model has: a scope comes from the path of a request (wire/scoped_path.py)."""


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_an_operation_knows_the_models_members_and_exceptions(name: str):
    ours, models = find_operation(name), operation(name)
    assert set(ours.input.members) == set(models.input_shape.members) | OUR_OWN.get(name, set())
    assert ours.input.required == set(models.input_shape.required_members)
    assert ours.errors == declared_errors(name)


def test_an_operation_without_a_handler_is_unknown():
    for name in set(service().operation_names) - set(HANDLERS) | {"NoSuchOperation"}:
        with pytest.raises(UnknownOperationError, match=name):
            find_operation(name)


def test_the_largest_part_is_the_models():
    assert service().shape_for("LayerPartBlob").metadata["max"] == ECR_MAX_PART_BYTES


def test_every_exception_is_one_of_the_apis_or_of_its_protocol():
    exceptions = {shape.name for shape in service().error_shapes}
    for shape in (*ERROR_SHAPES.values(), SERVER_FAULT):
        assert shape.name in exceptions | PROTOCOL_ERRORS


def test_only_what_no_model_declares_and_the_requests_form_need_no_declaration():
    assert {"InvalidParameterException"} == ALWAYS - PROTOCOL_ERRORS


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_what_every_operation_can_come_to_is_declared_for_each(name: str):
    for error in (*ANYWHERE, errors.EncryptionError("why"), errors.InconsistentRecordsError("why")):
        assert error_body(error, find_operation(name).errors)[0].name in declared_errors(name)


def test_only_the_exception_that_the_model_calls_a_fault_has_a_servers_status():
    servers = {shape.name for shape in (*ERROR_SHAPES.values(), SERVER_FAULT) if shape.status >= 500}
    assert servers == {"ServerException"}
