"""`Condition`: operators, keys and values, refused unless all of them can be evaluated."""

from typing import Any

from moorage.domain.policy._operators import NULL, OPERATORS
from moorage.domain.policy.document import Condition, Operator, Quantifier
from moorage.domain.policy.keys import SEVERAL_VALUES, kinds_of
from moorage.domain.policy.parsing._reading import Node

_IF_EXISTS = "IfExists"


def parse_conditions(node: Node) -> tuple[Condition, ...]:
    """Read the element. Raises: InvalidParameterError."""
    return tuple(
        _condition(name, operator_node, key, key_node)
        for name, operator_node in node.members()
        for key, key_node in operator_node.members()
    )


def _condition(name: str, operator_node: Node, key: str, key_node: Node) -> Condition:
    quantifier, bare = _quantifier(name, operator_node)
    if_exists = bare.endswith(_IF_EXISTS)
    family, operator = _operator(bare.removesuffix(_IF_EXISTS), operator_node)
    if operator is NULL and (if_exists or quantifier):
        raise operator_node.refused("Null takes neither IfExists nor a quantifier")
    lower = key.lower()
    _check_key(lower, key_node, family)
    if lower in SEVERAL_VALUES and quantifier is None and operator is not NULL:
        raise operator_node.refused(f"must be ForAllValues or ForAnyValue, since '{key}' can have several values")
    values = tuple(_value(item, operator, lower) for item in key_node.items())
    return Condition(operator=operator, key=lower, values=values, quantifier=quantifier, if_exists=if_exists)


def _quantifier(name: str, node: Node) -> tuple[Quantifier | None, str]:
    prefix, colon, bare = name.rpartition(":")
    if not colon:
        return None, name
    try:
        return Quantifier(prefix), bare
    except ValueError as error:
        raise node.refused("must begin with ForAllValues: or ForAnyValue:, or have no prefix") from error


def _operator(name: str, node: Node) -> tuple[str, Operator]:
    if name == NULL.name:
        return NULL.name, NULL
    if name not in OPERATORS:
        raise node.refused("is not a condition operator that can be evaluated here")
    return OPERATORS[name]


def _check_key(key: str, node: Node, family: str) -> None:
    kinds = kinds_of(key)
    if kinds is None:
        raise node.refused("is not a condition key whose value is known here")
    if family != NULL.name and family not in kinds:
        raise node.refused(f"can be compared by these operators only: {', '.join(sorted(kinds))}")


def _value(item: Node, operator: Operator, key: str) -> Any:
    text = _text(item)
    if "${" in text:
        raise item.refused("must not hold a policy variable")
    if key == "aws:principalarn" and ":role/" in text and "/" in text.partition(":role/")[2]:
        raise item.refused("must name a role without its path, which the ARN of a session does not have")
    try:
        return operator.read_policy(text)
    except ValueError as error:
        raise item.refused(str(error)) from error


def _text(item: Node) -> str:
    match item.value:
        case bool():
            return "true" if item.value else "false"
        case int() | float():
            return str(item.value)
        case str():
            return item.value
    raise item.refused("must be a string, a number, true or false")
