"""Runs the checks of `moorage doctor`, and prints what they found."""

import json
import sys

from moorage_client.doctor.deployed import read_stack
from moorage_client.doctor.doctor import Examined, examine
from moorage_client.doctor.outcome import Result
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_STYLES = {Result.OK: "green", Result.FAULT: "red", Result.NOT_CHECKED: "yellow"}


def run(stack_name: str, role: str | None, *, as_json: bool) -> int:
    """Check and print; returns the exit status: 0 if there is no fault. Raises: StackError, botocore's errors."""
    examined = list(examine(read_stack(stack_name, role)))
    if as_json:
        sys.stdout.write(json.dumps([_as_json(each) for each in examined], indent=2) + "\n")
    else:
        _print(examined)
    return int(any(each.outcome.result is Result.FAULT for each in examined))


def _as_json(each: Examined) -> dict[str, str]:
    outcome = each.outcome
    return {"check": each.check, "result": outcome.result, "detail": outcome.detail, "advice": outcome.advice}


def _print(examined: list[Examined]) -> None:
    table = Table()
    for name, is_whole in {"check": True, "result": True, "found": False, "what to do": False}.items():
        table.add_column(name, no_wrap=is_whole)
    for each in examined:
        outcome = each.outcome
        result = f"[{_STYLES[outcome.result]}]{outcome.result}[/]"
        table.add_row(each.check, result, escape(outcome.detail), escape(outcome.advice))
    console = Console(file=sys.stdout)
    console.print(table)
    console.print(", ".join(f"{sum(each.outcome.result is one for each in examined)} {one}" for one in Result))
