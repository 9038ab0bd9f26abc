"""A denied request can be found: in the log, as a metric, and by the saved query."""

import json
import logging
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from moorage.domain.caller import ANONYMOUS, Caller
from moorage.domain.registry import Registry
from moorage.entry.http import REFUSED, http_handler
from moorage.usecases.ports.policies import NewPolicy
from moorage.wire.outcome import Answered

from tests.support.callers import caller, owner
from tests.support.driver.requests import ecr_request, oci_request
from tests.support.driver.transports import carried_out
from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.template.reading import read_template

REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "registry.example")
READER = caller(f"arn:aws:iam::{REGISTRY_ID}:user/reader")
FOREIGN = caller("arn:aws:iam::999999999999:user/foreign")


def world_with(*denied: str) -> World:
    world = World()
    statement = {"Effect": "Deny", "Principal": {"AWS": READER.arn}, "Action": list(denied)}
    policy = NewPolicy(text=json.dumps({"Statement": [statement]}), set_by="", set_at=0)
    world.ports.policies.set_repository_policy(world.create("team-a/web"), policy)
    return world


def ask_ecr(world: World, who: Caller) -> Answered:
    request = ecr_request("ListImages", {"repositoryName": "team-a/web"}).by(who)
    return carried_out(replace(request, request_id="r"), REGISTRY, world.ports)


def ask_oci(world: World, who: Caller, authorization: str = "", path: str = "/v2/team-a/web/tags/list") -> Answered:
    headers = {"authorization": authorization} if authorization else {}
    return carried_out(oci_request("GET", path, **headers).by(who), REGISTRY, world.ports)


def line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    (found,) = [vars(record) for record in caplog.records if "outcome" in vars(record)]
    return found


@pytest.fixture(autouse=True)
def _all_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "moorage")


def test_a_refusal_says_who_asked_for_what(caplog: pytest.LogCaptureFixture):
    assert ask_ecr(world_with("ecr:ListImages"), READER).is_refusal
    found = line(caplog)
    assert (found["refused"], found["caller"], found["operation"]) == (True, READER.arn, "ListImages")
    assert (found["repository"], found["source_ip"], found["request_id"]) == ("team-a/web", "192.0.2.1", "r")


def test_a_refusal_that_its_answer_hides_says_so_in_the_log(caplog: pytest.LogCaptureFixture):
    answered = ask_ecr(world_with("ecr:*"), READER)
    assert (answered.error, answered.is_refusal) == ("RepositoryNotFoundException", True)
    assert line(caplog)["reason"].startswith(f"User: {READER.arn} is not authorized to perform: ecr:ListImages")
    assert "not authorized" not in answered.response.body


def test_what_is_really_not_there_is_no_refusal(caplog: pytest.LogCaptureFixture):
    answered = ask_ecr(World(), owner(REGISTRY_ID))
    assert (answered.error, answered.is_refusal) == ("RepositoryNotFoundException", False)
    assert "refused" not in line(caplog)


def test_a_token_that_is_not_accepted_is_a_refusal_with_its_reason(caplog: pytest.LogCaptureFixture):
    assert ask_oci(world_with("ecr:ListImages"), ANONYMOUS, "Bearer nonsense").is_refusal
    assert line(caplog)["reason"] == "it does not have the form of a token"
    assert line(caplog)["repository"] == "team-a/web"


def test_a_foreign_account_is_refused_and_a_challenge_is_no_refusal():
    world = world_with("ecr:ListImages")
    assert ask_oci(world, FOREIGN).is_refusal
    assert not ask_oci(world, ANONYMOUS).is_refusal
    assert not ask_oci(world, ANONYMOUS, path="/v2/").is_refusal


def counted(answered: Answered, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The metric documents with the name of refusals that a function writes for such an answer."""
    ports = World().ports
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r", function_version="1"
    )
    http_handler(lambda *_: replace(answered), REGISTRY, ports, lambda: None)({}, context)  # type: ignore[arg-type]
    documents = [json.loads(text) for text in capsys.readouterr().out.splitlines() if text.startswith("{")]
    return [document for document in documents if REFUSED in document]


def test_refusals_are_one_metric_over_all_operations(capsys: pytest.CaptureFixture[str]):
    world = world_with("ecr:ListImages")
    (document,) = counted(ask_ecr(world, READER), capsys)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    alarm = read_template()["Resources"]["RefusalsAlarm"]["Properties"]
    assert (directive["Namespace"], directive["Metrics"][0]["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    assert directive["Dimensions"] == [[dimension["Name"] for dimension in alarm["Dimensions"]]]
    assert {"Name": "service", "Value": document["service"]} in alarm["Dimensions"]
    assert not counted(ask_ecr(world, owner(REGISTRY_ID)), capsys)


def test_the_saved_query_asks_for_fields_that_the_lines_have(caplog: pytest.LogCaptureFixture):
    query = read_template()["Resources"]["WhoDidWhatQuery"]["Properties"]["QueryString"]
    (fields,) = re.findall(r"^fields (.*)$", query, re.MULTILINE)
    filtered = re.findall(r"(\w+)\)? (?:=|like) ", query) + re.findall(r"ispresent\((\w+)\)", query)
    ask_ecr(world_with("ecr:*"), READER)
    of_others = {"tag", "digest", "images", "upload", "resource", "expired", "archived", "unlinked_layers"}
    known = {*line(caplog), *of_others, "@timestamp"}
    assert set(filtered) == {"caller", "repository", "resource"}
    assert set(fields.split(", ")) | set(filtered) <= known
