"""Event patterns, as far as the template's filters use them: exact values, `prefix`, `anything-but`, `exists`."""

from typing import Any


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether every member of the pattern is in the event with one of the values it may have."""
    return all(
        matches(expected, event.get(name) or {}) if isinstance(expected, dict) else _one_of(expected, event.get(name))
        for name, expected in pattern.items()
    )


def _one_of(allowed: list[Any], value: Any) -> bool:
    return value is not None and any(_fits(rule, value) for rule in allowed)


def _fits(rule: Any, value: Any) -> bool:
    match rule:
        case {"prefix": str(prefix)}:
            return str(value).startswith(prefix)
        case {"exists": True}:
            return True
        case {"anything-but": list(others)}:
            return value not in others
        case dict():
            raise NotImplementedError(rule)
    return bool(rule == value)
