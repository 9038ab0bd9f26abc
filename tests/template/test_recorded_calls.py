"""The record of AWS calls: each is of the function whose code makes it, in whatever thread."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import boto3
import pytest
from moorage_local.lambda_runtime.functions import Function
from moorage_local.stack.resources import table_definition
from moto import mock_aws

from tests.support.template.calls import Recorder
from tests.support.template.permitted import require_permitted
from tests.support.template.policies import ECR_API, STREAM

GET_ITEM, SCAN = ("dynamodb:GetItem", "${Table.Arn}"), ("dynamodb:Scan", "${Table.Arn}")


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(**table_definition("t"))
        yield client


@pytest.fixture
def recorder(dynamodb: Any) -> Iterator[Recorder]:
    made = Recorder()
    with made.recording():
        yield made


def function(name: str, work: Callable[[], object]) -> Function:
    return Function(name, lambda _event, _context: work())


def test_a_call_that_its_role_does_not_allow_is_named(dynamodb: Any, recorder: Recorder):
    function("ecr_api", lambda: dynamodb.scan(TableName="t"))({})
    with pytest.raises(AssertionError, match=r"EcrApiRole.*dynamodb:Scan"):
        require_permitted(recorder)


def test_what_a_test_itself_calls_needs_no_permission(dynamodb: Any, recorder: Recorder):
    function("ecr_api", lambda: None)({})
    dynamodb.scan(TableName="t")
    assert recorder.needed == {}


def test_what_a_call_makes_aws_call_needs_no_permission(dynamodb: Any, recorder: Recorder):
    s3 = boto3.client("s3")
    s3.meta.events.register("provide-client-params.s3.GetObject", lambda **_: dynamodb.scan(TableName="t") and None)
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k")
    function("ecr_api", lambda: s3.get_object(Bucket="bucket", Key="k"))({})
    assert recorder.needed == {ECR_API: {("s3:GetObject", "${Bucket.Arn}/k"), ("s3:ListBucket", "${Bucket.Arn}")}}


def test_a_call_in_a_thread_of_a_function_is_the_functions(dynamodb: Any, recorder: Recorder):
    def work() -> None:
        with ThreadPoolExecutor(1) as threads:
            threads.submit(dynamodb.scan, TableName="t").result()

    function("registry_stream", work)({})
    assert recorder.needed == {STREAM: {SCAN}}


def test_each_call_belongs_to_its_function_if_two_run_at_the_same_time(dynamodb: Any, recorder: Recorder):
    both_run, key = Barrier(2, timeout=30), {"pk": {"S": "p"}, "sk": {"S": "s"}}

    def scan() -> None:
        both_run.wait()
        dynamodb.scan(TableName="t")
        both_run.wait()

    def get() -> None:
        both_run.wait()
        dynamodb.get_item(TableName="t", Key=key)
        both_run.wait()

    with ThreadPoolExecutor(2) as threads:
        invoked = [
            threads.submit(function(name, work), {}) for name, work in (("registry_stream", scan), ("ecr_api", get))
        ]
        for each in invoked:
            each.result()
    assert recorder.needed == {STREAM: {SCAN}, ECR_API: {GET_ITEM}}
