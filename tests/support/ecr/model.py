"""botocore's model of the ECR API: the specification that answers and inputs are held against."""

import re
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel

PROTOCOL_ERRORS = frozenset({"AccessDeniedException", "SerializationException", "UnknownOperationException"})
"""Errors of access and of the JSON protocol itself: no operation declares them."""

_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": (int, float),
    "list": list,
    "structure": dict,
    "map": dict,
}


@cache
def service() -> ServiceModel:
    """The model."""
    return botocore.session.get_session().get_service_model("ecr")


def operation(name: str) -> OperationModel:
    """One operation of it."""
    return service().operation_model(name)


def declared_errors(name: str) -> set[str]:
    """The exceptions that an operation declares."""
    return {shape.name for shape in operation(name).error_shapes}


def require_modelled(name: str, status: int, body: Any) -> None:
    """Hold one answer of an operation against the model; `name` may be of no operation, then only errors are."""
    if status == 200:
        require_shape(operation(name).output_shape, body, name)
        return
    error = body.pop("__type")
    assert status >= 400, f"{name} answered {error} with status {status}"
    if error in PROTOCOL_ERRORS or name not in service().operation_names:
        assert set(body) == {"message"}
        return
    assert error in declared_errors(name), f"{name} does not declare {error}"
    shape: Any = next(shape for shape in operation(name).error_shapes if shape.name == error)
    assert isinstance(body["message"], str)
    assert body["message"]
    # An SDK's caller may read any of an exception's members: all are there.
    assert set(body) == set(shape.members) | {"message"}
    require_shape(shape, body, error)


BOUNDS_OF_REQUESTS = {"ImageIdentifierList"}
"""Lists whose bounds are meant for requests: answers have the same shape, and an empty repository has no ids."""


def _is_kind(name: str, value: object) -> bool:
    return isinstance(value, _KINDS[name])


def require_shape(shape: Any, value: Any, path: str) -> None:
    """Types, required and unknown members, patterns, minima, maxima and enumerations."""
    assert _is_kind(shape.type_name, value), f"{path} is {value!r}"
    metadata = shape.metadata
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path} has members that the model does not know: {unknown}"
        missing = set(shape.required_members) - set(value)
        assert not missing, f"{path} lacks {missing}"
        for name, member in value.items():
            require_shape(shape.members[name], member, f"{path}.{name}")
    elif shape.type_name == "list":
        for place, member in enumerate(value):
            require_shape(shape.member, member, f"{path}[{place}]")
    elif shape.type_name == "string":
        assert not getattr(shape, "enum", None) or value in shape.enum, f"{path} is {value!r}"
        assert "pattern" not in metadata or re.fullmatch(metadata["pattern"], value), f"{path} is {value!r}"
    if shape.name in BOUNDS_OF_REQUESTS:
        return
    size = len(value) if isinstance(value, (str, list)) else value
    assert "min" not in metadata or size >= metadata["min"], f"{path} is {value!r}"
    assert "max" not in metadata or size <= metadata["max"], f"{path} is {value!r}"
