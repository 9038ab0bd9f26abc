"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """`NOT_CHECKED`: nothing is known; the detail says why."""

    OK = "ok"
    FAULT = "fault"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` is what was found, `advice` what to do about it; it is empty if there is nothing to do."""

    result: Result
    detail: str
    advice: str = ""


def ok(detail: str, advice: str = "") -> Outcome:
    """Nothing is wrong."""
    return Outcome(Result.OK, detail, advice)


def fault(detail: str, advice: str) -> Outcome:
    """Something is wrong."""
    return Outcome(Result.FAULT, detail, advice)


def not_checked(detail: str, advice: str) -> Outcome:
    """The question has no answer here."""
    return Outcome(Result.NOT_CHECKED, detail, advice)


def require(*, holds: bool, good: str, bad: str, advice: str) -> Outcome:
    """`good` if it holds, else the fault `bad`."""
    return ok(good) if holds else fault(bad, advice)
