"""`moorage fsck`: compare a registry's records with its bucket, on this machine or in a deployed stack."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import boto3
from moorage.bootstrap.api import read_settings
from moorage.bootstrap.fsck import compose_fsck
from moorage.usecases.fsck.fsck import Examined, Fsck, fsck
from moorage_local.engines.process import EngineError
from moorage_local.stack import environment
from moorage_local.stack.running import stack_variables
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

OUTPUTS = {"TableName": "MOORAGE_TABLE", "BucketName": "MOORAGE_BUCKET", "RegistryId": "MOORAGE_REGISTRY_ID"}
"""Outputs of a deployed stack, and the settings that they give."""
PARAMETERS = {"BlobGraceSeconds": "MOORAGE_BLOB_GRACE_SECONDS", "PartSizeBytes": "MOORAGE_PART_SIZE_BYTES"}
"""Parameters of a deployed stack that decide what is garbage."""


def run(command: Fsck, *, stack_name: str | None, state: Path | None, as_json: bool) -> int:
    """Check and print; returns the exit status: 0 if nothing is wrong, or if everything was repaired."""
    with _environment(stack_name, state) as variables, _progress() as progress:
        examined = fsck(command, compose_fsck(read_settings(variables)), progress)
    if as_json:
        sys.stdout.write(json.dumps([_as_json(each) for each in examined], indent=2) + "\n")
    else:
        _print(examined)
    return 1 if any(not each.repaired and not each.finding.fault.is_note for each in examined) else 0


@contextmanager
def _environment(stack_name: str | None, state: Path | None) -> Iterator[Mapping[str, str]]:
    if state is not None:
        if not (state / "lock").exists():
            raise EngineError(f"{state} is not the state directory of a Moorage server")
        with stack_variables(state) as variables:
            environment.isolate(os.environ, variables)
            yield os.environ
        return
    if stack_name is not None:
        os.environ.update(_variables_of_stack(stack_name))
    region = boto3.session.Session().region_name
    if region:
        os.environ.setdefault("AWS_REGION", region)
    yield os.environ


def _variables_of_stack(name: str) -> dict[str, str]:
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    if missing := OUTPUTS.keys() - outputs.keys():
        raise EngineError(f"the stack {name} is not a Moorage stack: it has no output {', '.join(sorted(missing))}")
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    known = {variable: outputs[output] for output, variable in OUTPUTS.items()}
    return known | {variable: parameters[one] for one, variable in PARAMETERS.items() if one in parameters}


@contextmanager
def _progress() -> Iterator["_Counting"]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Counting(bars)


class _Counting:
    """One line for each number."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, more: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=None)
        self._bars.advance(self._tasks[what], more)


def _as_json(each: Examined) -> dict[str, str | bool]:
    finding = each.finding
    return {
        "fault": str(finding.fault),
        "garbage": finding.fault.is_garbage,
        "subject": str(finding.subject),
        "detail": finding.detail,
        "repaired": each.repaired,
    }


def _mark(each: Examined) -> str:
    fault = each.finding.fault
    if fault.is_note:
        return "note"
    if each.repaired:
        return "removed" if fault.is_garbage else "corrected"
    if fault.is_earlier_version:
        return "to be migrated"
    return "garbage" if fault.is_garbage else "[red]broken[/]"


def _print(examined: list[Examined]) -> None:
    console = Console(file=sys.stdout)
    if not examined:
        console.print(
            "Nothing is wrong: every layer has its content, every image what it names, and there is no garbage."
        )
        return
    table = Table("fault", "what", "detail", "")
    for each in examined:
        table.add_row(str(each.finding.fault), str(each.finding.subject), each.finding.detail, _mark(each))
    console.print(table)
    kinds = Counter(str(each.finding.fault) for each in examined)
    console.print(", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())))
