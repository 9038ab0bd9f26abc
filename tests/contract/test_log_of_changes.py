"""Each change has one line in a function's log, which the access log's request id finds."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from moorage_local.lambda_runtime.functions import Function, load
from moorage_local.stack.stack import Stack

from tests.support.callers import caller
from tests.support.driver.answers import Answer
from tests.support.driver.lambda_events import event
from tests.support.driver.requests import Request, direct_request, ecr_request
from tests.support.template.access_log import access_log_line

FUNCTIONS = Path(__file__).parents[2] / "functions"
ARN = "arn:aws:sts::000000000000:assumed-role/pusher/session"
NAME = "harbour/logged"
DIGEST = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
DIRECT = {"repositoryName": NAME, "layerDigest": DIGEST, "layerSize": 3}
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Takes the lines of Moorage's log so far, with all of their fields."""
    caplog.set_level(logging.INFO, "moorage")

    def take() -> list[dict[str, Any]]:
        taken = [vars(record) for record in caplog.records if "outcome" in vars(record)]
        caplog.clear()
        return taken

    return take


def called(function: Function, request: Request) -> tuple[dict[str, Any], Any]:
    """The access log's line of a request by an IAM role, and its answer."""
    sent = event(request.by(caller(ARN)))
    answer = Answer.of_proxy_result(function(sent))
    return access_log_line(sent, answer.status), answer.json


def ecr(operation: str, **members: Any) -> Request:
    return ecr_request(operation, members)


def test_a_change_over_the_ecr_api_is_found_by_the_request_id_of_the_access_log(stack: Stack, lines: Lines):
    ecr_api = load(FUNCTIONS / "ecr_api")
    access, _ = called(ecr_api, ecr("CreateRepository", repositoryName=NAME))
    [created] = lines()
    assert (created["request_id"], created["source_ip"]) == (access["requestId"], access["ip"])
    assert (created["operation"], created["outcome"], created["caller"]) == ("CreateRepository", "Success", ARN)
    assert created["repository"] == NAME

    access, begun = called(ecr_api, ecr("InitiateLayerUpload", repositoryName=NAME))
    [initiated] = lines()
    assert (initiated["request_id"], initiated["upload"]) == (access["requestId"], begun["uploadId"])

    completion = {"repositoryName": NAME, "uploadId": begun["uploadId"], "layerDigests": [DIGEST]}
    access, _ = called(ecr_api, ecr("CompleteLayerUpload", **completion))
    [refused] = lines()
    assert (refused["request_id"], refused["digest"]) == (access["requestId"], [DIGEST])
    assert (refused["outcome"], access["status"]) == ("EmptyUploadException", "400")


def test_a_request_that_only_reads_has_a_line_only_if_it_is_refused(stack: Stack, lines: Lines):
    ecr_api = load(FUNCTIONS / "ecr_api")
    called(ecr_api, ecr("DescribeRepositories"))
    assert not lines()
    called(ecr_api, ecr("DescribeRepositories", repositoryNames=[NAME]))
    assert [line["outcome"] for line in lines()] == ["RepositoryNotFoundException"]


def test_a_change_over_the_direct_api_is_found_likewise(stack: Stack, lines: Lines):
    called(load(FUNCTIONS / "ecr_api"), ecr("CreateRepository", repositoryName=NAME))
    lines()
    access, begun = called(load(FUNCTIONS / "direct_api"), direct_request("POST", "/direct-uploads", DIRECT))
    [line] = lines()
    assert (line["request_id"], line["caller"]) == (access["requestId"], ARN)
    assert (line["operation"], line["repository"], line["digest"]) == ("InitiateDirectUpload", NAME, DIGEST)
    assert (line["upload"], line["outcome"]) == (begun["uploadId"], "Success")


def test_a_message_has_its_line_with_its_own_id(stack: Stack, lines: Lines):
    function = load(FUNCTIONS / "complete_uploads", 300)
    absent = {"repositoryName": NAME, "uploadId": "00000000-0000-4000-8000-ffffffffffff", "layerDigests": [DIGEST]}
    record = {"messageId": "message-1", "body": json.dumps(absent), "eventSource": "aws:sqs", "attributes": {}}
    function({"Records": [record]})
    [line] = lines()
    assert (line["request_id"], line["caller"]) == ("message-1", "sqs.amazonaws.com")
    assert (line["operation"], line["repository"]) == ("CompleteLayerUpload", NAME)
    assert line["outcome"] == "RepositoryNotFoundException"


def test_a_stream_record_has_a_line_only_where_something_follows_from_it(stack: Stack, lines: Lines):
    key = {"pk": {"S": "UPLOAD#1"}, "sk": {"S": "PART#00001"}}
    record = {"eventID": "event-1", "dynamodb": {"Keys": key, "NewImage": key, "SequenceNumber": "1"}}
    function = load(FUNCTIONS / "registry_stream", 60)
    function({"Records": [{**record, "eventName": "INSERT", "eventSource": "aws:dynamodb"}]})
    assert not lines()
