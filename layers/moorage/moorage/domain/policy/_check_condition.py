"""Evaluates a condition: yes, no, or unknown."""

from enum import Enum
from typing import Any

from moorage.domain.policy._operators import NULL
from moorage.domain.policy.document import Condition, Quantifier
from moorage.domain.policy.keys import Context


class Outcome(Enum):
    """An Allow with an UNKNOWN condition does not match; a Deny with one matches."""

    YES = True
    NO = False
    UNKNOWN = None


def check_condition(condition: Condition, context: Context) -> Outcome:
    """Compare the request's values of the key with the policy's."""
    if (texts := context.get(condition.key)) is None:
        return Outcome.UNKNOWN
    if condition.operator is NULL:
        return Outcome(any(value == (not texts) for value in condition.values))
    if not texts:
        return _absent(condition)
    try:
        values = [condition.operator.read_request(text) for text in texts]
    except ValueError:
        return Outcome.UNKNOWN
    return _present(condition, values)


def _absent(condition: Condition) -> Outcome:
    """An absent key satisfies `IfExists`, what is negated, and ForAllValues.

    What ForAnyValue with IfExists makes of it is not documented, so it counts as unknown.
    """
    if condition.quantifier is Quantifier.ANY:
        return Outcome.UNKNOWN if condition.if_exists else Outcome.NO
    if condition.quantifier is Quantifier.ALL:
        return Outcome.YES
    return Outcome(condition.if_exists or condition.operator.negated)


def _present(condition: Condition, values: list[Any]) -> Outcome:
    results = [_fits(condition, value) for value in values]
    if condition.quantifier is Quantifier.ANY:
        return Outcome(any(results))
    if condition.quantifier is Quantifier.ALL or len(results) == 1:
        return Outcome(all(results))
    # Several values without a quantifier: IAM leaves open what that means.
    return Outcome.UNKNOWN


def _fits(condition: Condition, value: Any) -> bool:
    is_among = any(condition.operator.compare(value, other) for other in condition.values)
    return is_among != condition.operator.negated
