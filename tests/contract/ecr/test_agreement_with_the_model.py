"""What Moorage demands and may answer, held against botocore's model of the API."""

from typing import Any

import pytest
from botocore.model import Shape
from moorage.domain import errors
from moorage.settings import ECR_MAX_PART_BYTES
from moorage.wire.ecr.errors import ERROR_SHAPES, SERVER_FAULT, WITHOUT_KMS, error_body
from moorage.wire.ecr.inputs import INPUTS
from moorage.wire.ecr.operations import OPERATIONS
from moorage.wire.shapes import LONGEST, Binary, Boolean, Integer, Listing, Structure, Text

from tests.support.ecr.model import PROTOCOL_ERRORS, declared_errors, operation, service

ANYWHERE = {errors.InvalidParameterError, errors.UnavailableError}
"""Errors that every operation can come to."""


def demanded(constraint: Any) -> dict[str, Any]:
    """A constraint of ours, in the model's words; what demands nothing is left out."""
    match constraint:
        case Text():
            words = {"pattern": constraint.pattern, "min": constraint.min, "max": constraint.max}
            return {**words, "enum": list(constraint.enum)}
        case Integer():
            return {"min": constraint.min, "max": constraint.max}
        case Binary() | Listing():
            return {"min": constraint.min, "max": constraint.max}
        case Boolean() | Structure():
            return {}
    raise AssertionError(constraint)


def modelled(shape: Shape) -> dict[str, Any]:
    """The same of a shape. Numbers have 64 bits, or fewer."""
    words: dict[str, Any] = {name: shape.metadata.get(name) for name in ("min", "max")}
    match shape.type_name:
        case "string":
            return {**words, "min": words["min"] or 0, "pattern": shape.metadata.get("pattern"), "enum": shape.enum}
        case "integer" | "long":
            least = -LONGEST - 1 if words["min"] is None else words["min"]
            return {"min": least, "max": LONGEST if words["max"] is None else words["max"]}
        case "blob" | "list":
            return {"min": words["min"] or 0, "max": words["max"]}
    return {}


def differences(constraint: Any, shape: Shape, path: str) -> list[str]:
    """Where the two demand different things."""
    found = [] if demanded(constraint) == modelled(shape) else [f"{path}: {demanded(constraint)} != {modelled(shape)}"]
    if shape.type_name == "list":
        return found + differences(constraint.member, shape.member, f"{path}[]")
    if shape.type_name != "structure":
        return found
    if constraint.required != set(shape.required_members):
        found.append(f"{path} requires {set(constraint.required)}, the model {shape.required_members}")
    if set(constraint.members) != set(shape.members):
        found.append(f"{path} has {set(constraint.members)}, the model {set(shape.members)}")
    for name in set(constraint.members) & set(shape.members):
        found += differences(constraint.members[name], shape.members[name], f"{path}.{name}")
    return found


def test_every_operation_has_an_input_and_is_one_of_ecrs():
    assert set(INPUTS) == set(OPERATIONS)
    assert set(OPERATIONS) <= set(service().operation_names)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_demands_what_the_model_demands_and_nothing_else(name: str):
    assert differences(INPUTS[name], operation(name).input_shape, name) == []


def test_the_largest_part_is_the_models():
    assert service().shape_for("LayerPartBlob").metadata["max"] == ECR_MAX_PART_BYTES


def test_every_exception_is_one_of_the_apis_or_of_its_protocol():
    exceptions = {shape.name for shape in service().error_shapes}
    for shape in (*ERROR_SHAPES.values(), SERVER_FAULT):
        assert shape.name in exceptions | PROTOCOL_ERRORS


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_every_operation_can_come_to_is_declared_for_each(name: str):
    for error in (*ANYWHERE, errors.EncryptionError, errors.InconsistentRecordsError):
        made = error("member", "reason") if error is errors.InvalidParameterError else error("why")
        assert error_body(made, name)[0].name in declared_errors(name)


def test_only_operations_that_declare_no_kms_exception_hide_one():
    assert {name for name in OPERATIONS if "KmsException" not in declared_errors(name)} == WITHOUT_KMS


def test_only_the_exception_that_the_model_calls_a_fault_has_a_servers_status():
    servers = {shape.name for shape in (*ERROR_SHAPES.values(), SERVER_FAULT) if shape.status >= 500}
    assert servers == {"ServerException"}
