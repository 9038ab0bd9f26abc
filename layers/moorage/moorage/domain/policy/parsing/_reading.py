"""JSON values with their paths, so that an error message can name the invalid element."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moorage.domain.errors import InvalidParameterError

MAX_TEXT = 256
"""Longest text that a refusal repeats, in characters."""


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and where it is: `policyText.Statement[0].Action`."""

    path: str
    value: Any

    def refused(self, reason: str) -> InvalidParameterError:
        """The error to raise for this place."""
        return InvalidParameterError(self.path[:MAX_TEXT], reason)

    def members(self, known: tuple[str, ...] | None = None) -> Iterator[tuple[str, "Node"]]:
        """An object's members; refuses any that is not known, and an empty object."""
        if not isinstance(self.value, dict) or not self.value:
            raise self.refused("must be an object with members")
        for name, value in self.value.items():
            node = Node(f"{self.path}.{name}", value)
            if known is not None and name not in known:
                raise node.refused("is not an element that can be evaluated here; known elements: " + ", ".join(known))
            yield name, node

    def items(self) -> list["Node"]:
        """An array's items, or the value itself where one stands for an array of one. Refuses an empty array."""
        if not isinstance(self.value, list):
            return [self]
        if not self.value:
            raise self.refused("must not be empty")
        return [Node(f"{self.path}[{index}]", value) for index, value in enumerate(self.value)]

    def strings(self) -> list["Node"]:
        """The items, each a string."""
        items = self.items()
        for item in items:
            if not isinstance(item.value, str) or not item.value:
                raise item.refused("must be a string that is not empty")
        return items


def read_json(text: str, member: str) -> Node:
    """Read strictly: no member twice, no NaN. Raises: InvalidParameterError."""
    try:
        return Node(member, json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise InvalidParameterError(member, f"must be JSON: {error}"[:MAX_TEXT]) from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        # Readers differ in which of the two counts.
        raise ValueError(f"member '{repeated}' is given twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"'{name}' is not JSON")
