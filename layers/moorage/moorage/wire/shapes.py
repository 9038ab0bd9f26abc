"""The constraints of an API's input, as values: types, required members, patterns, lengths.

`read` checks a JSON value and returns what the operation works with (blobs decoded, absent members left out).
It raises InvalidParameterError with the path of the first member that breaks a constraint. Unknown
members are ignored, as AWS does, so that a newer client is not refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from moorage.domain.errors import InvalidParameterError
from moorage.wire.base64 import decode_base64

MAX_LONG = 2**63 - 1


class Shape(Protocol):
    """What one value must be like."""

    def read(self, value: Any, path: str) -> Any:
        """The value, checked."""


def _require_length(length: int, minimum: int, maximum: int | None, path: str, unit: str) -> None:
    if length < minimum:
        raise InvalidParameterError(path, f"must have at least {minimum} {unit}, and has {length}")
    if maximum is not None and length > maximum:
        raise InvalidParameterError(path, f"must have at most {maximum} {unit}, and has {length}")


@dataclass(frozen=True)
class StringShape:
    """A string: pattern (of the whole), length in characters, or one of a set."""

    pattern: str | None = None
    min: int = 0
    max: int | None = None
    enum: tuple[str, ...] = ()

    def read(self, value: Any, path: str) -> str:
        """The string."""
        if not isinstance(value, str):
            raise InvalidParameterError(path, "must be a string")
        if any("\ud800" <= character <= "\udfff" for character in value):
            # JSON can spell half of a surrogate pair; no store can encode it.
            raise InvalidParameterError(path, "must be Unicode text")
        _require_length(len(value), self.min, self.max, path, "characters")
        if self.enum and value not in self.enum:
            raise InvalidParameterError(path, f"must be one of [{', '.join(self.enum)}]")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise InvalidParameterError(path, f"must satisfy regular expression '{self.pattern}'")
        return value


@dataclass(frozen=True)
class IntegerShape:
    """A 64-bit whole number."""

    min: int = -MAX_LONG - 1
    max: int = MAX_LONG

    def read(self, value: Any, path: str) -> int:
        """The number."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidParameterError(path, "must be a whole number")
        if not self.min <= value <= self.max:
            raise InvalidParameterError(path, f"must be from {self.min} to {self.max}")
        return value


@dataclass(frozen=True)
class BooleanShape:
    """True or false."""

    def read(self, value: Any, path: str) -> bool:
        """The flag."""
        if not isinstance(value, bool):
            raise InvalidParameterError(path, "must be true or false")
        return value


@dataclass(frozen=True)
class BlobShape:
    """Bytes, as base64 on the wire; lengths are of the bytes. A view is base64 that was never made a string."""

    min: int = 0
    max: int | None = None

    def read(self, value: Any, path: str) -> bytes:
        """The bytes."""
        if not isinstance(value, str | memoryview):
            raise InvalidParameterError(path, "must be a base64 string")
        try:
            decoded = decode_base64(value)
        except ValueError as error:
            raise InvalidParameterError(path, f"must be base64: {error}") from error
        _require_length(len(decoded), self.min, self.max, path, "bytes")
        return decoded


@dataclass(frozen=True)
class ListShape:
    """A list of values that are alike."""

    member: Shape
    min: int = 0
    max: int | None = None

    def read(self, value: Any, path: str) -> list[Any]:
        """The list, each member checked."""
        if not isinstance(value, list):
            raise InvalidParameterError(path, "must be a list")
        _require_length(len(value), self.min, self.max, path, "members")
        return [self.member.read(each, f"{path}[{place}]") for place, each in enumerate(value)]


@dataclass(frozen=True)
class StructureShape:
    """An object with named members; null counts as absent."""

    members: Mapping[str, Shape]
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, value: Any, path: str = "") -> dict[str, Any]:
        """The members that are known and there."""
        if not isinstance(value, dict):
            raise InvalidParameterError(path or "body", "must be an object")
        prefix = f"{path}." if path else ""
        for name in self.members:
            if name in self.required and value.get(name) is None:
                raise InvalidParameterError(f"{prefix}{name}", "must be given")
        return {
            name: constraint.read(value[name], f"{prefix}{name}")
            for name, constraint in self.members.items()
            if value.get(name) is not None
        }
