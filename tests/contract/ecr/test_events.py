"""The events in events/, as `sam local invoke -e` takes them: each gets the answer that its name promises."""

import json
from contextlib import nullcontext
from typing import Any

import pytest

from tests.support.driver.answers import Answer
from tests.support.ecr.events import EVENTS, PROMISES, REPOSITORY
from tests.support.ecr.registry import Registry


@pytest.fixture(autouse=True)
def nothing_but_one_repository(registry: Registry) -> None:
    """Every event finds the registry as its promise says and otherwise empty."""
    for page in registry.ecr.get_paginator("describe_repositories").paginate():
        for one in page["repositories"]:
            registry.ecr.delete_repository(repositoryName=one["repositoryName"], force=True)
    registry.ecr.create_repository(repositoryName=REPOSITORY)


def test_every_event_has_a_promise_and_every_exception_of_complete_an_event():
    assert {path.stem for path in EVENTS.glob("*.json")} >= set(PROMISES)
    exceptions = {one.answer for name, one in PROMISES.items() if name.startswith("complete_layer_upload_")}
    assert len(exceptions) == 9


@pytest.mark.parametrize("name", PROMISES)
def test_an_event_gets_the_answer_that_its_name_promises(registry: Registry, name: str):
    event, promise = json.loads((EVENTS / f"{name}.json").read_text()), PROMISES[name]
    if promise.prepare:
        promise.prepare(registry, json.loads(event["body"]).get("uploadId", ""))
    with registry.faults.watching(2, promise.fault) if promise.fault else nullcontext():
        answer = registry.ask(event)
    if isinstance(promise.answer, str):
        assert answer.json["__type"] == promise.answer
    else:
        assert answer.status == 200, answer.text
        assert {path: found(answer, path) for path in promise.answer} == promise.answer


def found(answer: Answer, path: str) -> Any:
    """The member of the answer at a dotted path."""
    value = answer.json
    for step in path.split("."):
        value = value[int(step)] if step.isdecimal() else value[step]
    return value
