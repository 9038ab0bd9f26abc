"""`moorage doctor`: a healthy stack has no fault, and each check finds the stack that is broken for it."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from moorage_cli.main import application
from moorage_client.doctor.bucket_writes import write_once
from moorage_client.doctor.deployed import Clients, Deployed, read_stack
from moorage_client.doctor.doctor import CHECKS, examine, run_check
from moorage_client.doctor.outcome import Result
from typer.testing import CliRunner

from tests.support.dropped_settings import set_dropped_settings
from tests.support.emulator import REGION, ROOT, Cloud, Stack, deploy
from tests.support.iam_users import User, new_role, new_user
from tests.support.lambda_build import Build
from tests.support.layers import push

Break = Callable[[Cloud, Deployed], Any]
BREAKS: dict[str, tuple[Break, str]] = {}
ALLOW_S3 = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
INFORMATION = {"concurrency"}
"""Checks that tell a number and know no fault."""
UNANSWERED = {"alarms", "bucket-write-once"}
"""What the emulator cannot answer: it evaluates no new alarm, and has no condition s3:if-none-match."""


@pytest.fixture(autouse=True)
def of_the_emulator(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's usual sources lead to the emulator."""
    variables = {"AWS_DEFAULT_REGION": REGION, "AWS_CA_BUNDLE": str(cloud.certificate), "AWS_ENDPOINT_URL": cloud.url}
    for name, value in {**ROOT, **variables}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def second(cloud: Cloud, build: Build) -> Stack:
    """A stack that is broken bit by bit."""
    return deploy_completely(cloud, "moorage-broken", build)


def deploy_completely(cloud: Cloud, name: str, build: Build) -> Stack:
    stack = deploy(cloud, name, build.template_file)
    set_dropped_settings(stack)
    return stack


@pytest.fixture
def kept_policy(cloud: Cloud, second: Stack) -> Iterator[None]:
    """The bucket's policy is put back at the end."""
    s3, bucket = cloud.client("s3"), second.outputs["BucketName"]
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    yield
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def breaks(check: str, words: str) -> Callable[[Break], Break]:
    """The function breaks what this check looks at, which then says so; it may return the stack with other outputs."""

    def register(function: Break) -> Break:
        BREAKS[check] = (function, words)
        return function

    return register


@pytest.fixture(scope="module")
def role(cloud: Cloud) -> str:
    """A role that everybody in the account may assume, and that may use every route."""
    return new_role(cloud, {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"})


def test_a_healthy_stack_has_no_fault(cloud: Cloud, build: Build, role: str):
    stack = deploy_completely(cloud, "moorage-healthy", build)
    stack.ecr().create_repository(repositoryName="doctor/repository")
    push(stack.ecr(), "doctor/repository", b"so that the functions have run")
    outcomes = {each.check: each.outcome for each in examine(read_stack(stack.name, role))}
    assert {name: each for name, each in outcomes.items() if each.result is Result.FAULT} == {}
    assert {name for name, each in outcomes.items() if each.result is Result.NOT_CHECKED} == UNANSWERED
    assert all(each.advice for each in outcomes.values() if each.result is Result.NOT_CHECKED)


@breaks("endpoint", "DescribeRegistry was answered with 40")
def _(cloud: Cloud, stack: Deployed) -> None:
    change_route(cloud, stack, "POST /", Target=route_of(cloud, stack, "ANY /v2/{proxy+}")["Target"])


@breaks("unsigned-requests", "without a signature: POST /direct-uploads")
def _(cloud: Cloud, stack: Deployed) -> None:
    change_route(cloud, stack, "POST /direct-uploads", AuthorizationType="NONE")


@breaks("challenge-header", "drops")
def _(cloud: Cloud, stack: Deployed) -> None:
    answer_logins_with(cloud, stack, {})


@breaks("repository-policies", "PutImage of team-a/web is let in")
def _(cloud: Cloud, stack: Deployed) -> Deployed:
    return replace(stack, outputs={**stack.outputs, "ReaderPolicy": stack.outputs["AdministratorPolicy"]})


@breaks("bucket-versioning", "versioning is on")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("s3").put_bucket_versioning(
        Bucket=stack.outputs["BucketName"], VersioningConfiguration={"Status": "Enabled"}
    )


@breaks("bucket-lifecycle", "NoSuchLifecycleConfiguration")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("s3").delete_bucket_lifecycle(Bucket=stack.outputs["BucketName"])


@breaks("bucket-policy", "below direct")
def _(cloud: Cloud, stack: Deployed) -> None:
    s3, bucket = cloud.client("s3"), stack.outputs["BucketName"]
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    for statement in policy["Statement"]:
        if statement["Sid"] == "KeysAreWrittenOnce":
            statement["Resource"] = [each for each in statement["Resource"] if "/direct/" not in each]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


@breaks("bucket-encryption", "the bucket key is off")
def _(cloud: Cloud, stack: Deployed) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    cloud.client("s3").put_bucket_encryption(
        Bucket=stack.outputs["BucketName"], ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


@breaks("bucket-public-access", "NoSuchPublicAccessBlockConfiguration")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("s3").delete_public_access_block(Bucket=stack.outputs["BucketName"])


@breaks("bucket-events", "no events")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("s3").put_bucket_notification_configuration(
        Bucket=stack.outputs["BucketName"], NotificationConfiguration={}
    )


@breaks("bucket-parts", "a part")
def _(cloud: Cloud, stack: Deployed) -> Deployed:
    bucket = stack.outputs["BucketName"]
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/tails/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [{**denied, "Condition": {"Null": {"s3:if-none-match": "true"}}}]}
    cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    return with_clients_of(cloud, stack, new_user(cloud, ALLOW_S3))


@breaks("table-ttl", "TTL is off")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("dynamodb").update_time_to_live(
        TableName=stack.outputs["TableName"],
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
    )


@breaks("table-recovery", "recovery is off")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("dynamodb").update_continuous_backups(
        TableName=stack.outputs["TableName"],
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )


@breaks("table-stream", "does not read the stream")
def _(cloud: Cloud, stack: Deployed) -> None:
    disable_mapping(cloud, stack, "RegistryStreamFunctionRecords")


@breaks("queue-redrive", "no dead letter")
def _(cloud: Cloud, stack: Deployed) -> None:
    set_queue(cloud, stack, RedrivePolicy="")


@breaks("queue-visibility", "1800 s are needed")
def _(cloud: Cloud, stack: Deployed) -> None:
    set_queue(cloud, stack, VisibilityTimeout="1799")


@breaks("queue-mapping", "does not receive")
def _(cloud: Cloud, stack: Deployed) -> None:
    disable_mapping(cloud, stack, "CompleteUploadsFunctionCompletions")


@breaks("event-rules", "DeletedRule is DISABLED")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("events").disable_rule(Name=stack.resources["DeletedRule"].rpartition("/")[2])


@breaks("function-versions", "OciApi runs python3.12")
def _(cloud: Cloud, stack: Deployed) -> None:
    functions, name = cloud.client("lambda"), stack.function("OciApi")
    functions.update_function_configuration(FunctionName=name, Runtime="python3.12")
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


@breaks("recursive-loop", "16 hand-overs")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("lambda").put_function_recursion_config(
        FunctionName=stack.function("CompleteUploads"), RecursiveLoop="Terminate"
    )


@breaks("hash-states", "DirectApi cannot")
def _(cloud: Cloud, stack: Deployed) -> None:
    logs, group, name = cloud.client("logs"), stack.resources["DirectApiLogGroup"], f"process-{uuid.uuid4()}"
    logs.create_log_stream(logGroupName=group, logStreamName=name)
    message = "libcrypto exports no sha256 states: every completion reads its layer again"
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps({"level": "WARNING", "message": message})}
    logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=[event])


@breaks("alarms", "a test")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=stack.resources["HashStatesAlarm"], StateValue="ALARM", StateReason="a test"
    )


@breaks("token-keys", "will be deleted")
def _(cloud: Cloud, stack: Deployed) -> None:
    cloud.client("secretsmanager").delete_secret(SecretId=stack.resources["TokenKeys"])


@pytest.mark.usefixtures("kept_policy")
@pytest.mark.parametrize("check", sorted(CHECKS.keys() - INFORMATION - {"bucket-write-once"}))
def test_a_check_finds_what_is_broken(check: str, cloud: Cloud, second: Stack, role: str):
    stack = read_stack(second.name, role)
    break_it, words = BREAKS[check]
    outcome = run_check(CHECKS[check], break_it(cloud, stack) or stack)
    assert (outcome.result, words in outcome.detail) == (Result.FAULT, True), outcome
    assert outcome.advice


@pytest.mark.usefixtures("kept_policy")
def test_a_store_that_takes_every_write_is_a_fault(cloud: Cloud, second: Stack):
    """The emulator ignores the condition of the bucket's policy."""
    s3, bucket = cloud.client("s3"), second.outputs["BucketName"]
    s3.delete_bucket_policy(Bucket=bucket)
    outcome = write_once(s3, bucket, "tails/doctor")
    assert (outcome.result, "replaced" in outcome.detail) == (Result.FAULT, True)
    assert s3.list_objects_v2(Bucket=bucket, Prefix="tails/doctor")["KeyCount"] == 0


def test_an_alarm_that_was_deleted_is_named(cloud: Cloud, second: Stack):
    stack = read_stack(second.name)
    cloud.client("cloudwatch").delete_alarms(AlarmNames=[stack.resources["RefusalsAlarm"]])
    outcome = run_check(CHECKS["alarms"], stack)
    assert (outcome.result, stack.resources["RefusalsAlarm"] in outcome.detail) == (Result.FAULT, True)


def test_what_was_deleted_is_a_fault_and_what_may_not_be_read_is_not_checked(cloud: Cloud, second: Stack):
    stack = read_stack(second.name)
    gone = replace(stack, outputs={**stack.outputs, "TableName": "not-there"})
    assert run_check(CHECKS["table-ttl"], gone).result is Result.FAULT
    denied = run_check(CHECKS["table-ttl"], with_clients_of(cloud, stack, new_user(cloud)))
    assert (denied.result, denied.advice) == (Result.NOT_CHECKED, "allow DescribeTimeToLive to these credentials")


def test_the_command_prints_each_check_and_ends_with_one_for_a_fault(cloud: Cloud, second: Stack):
    BREAKS["bucket-versioning"][0](cloud, read_stack(second.name))
    done = CliRunner().invoke(application, ["doctor", "--stack", second.name, "--json"])
    results = {each["check"]: each["result"] for each in json.loads(done.stdout)}
    assert (list(results), results["bucket-versioning"], done.exit_code) == (list(CHECKS), "fault", 1)
    printed = CliRunner().invoke(application, ["doctor", "--stack", second.name])
    assert (all(name in printed.stdout for name in CHECKS), printed.exit_code) == (True, 1)


def test_a_stack_that_is_not_there_or_is_another_is_named(cloud: Cloud):
    absent = CliRunner().invoke(application, ["doctor", "--stack", "absent"])
    assert (absent.exit_code, "there is no stack absent" in absent.stderr) == (2, True)
    body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    cloud.client("cloudformation").create_stack(StackName="another-stack", TemplateBody=json.dumps(body))
    another = CliRunner().invoke(application, ["doctor", "--stack", "another-stack"])
    assert (another.exit_code, "another-stack is not a Moorage stack" in another.stderr) == (2, True)


def test_a_stack_without_a_resource_that_is_checked_is_a_fault(second: Stack):
    stack = read_stack(second.name)
    resources = {name: each for name, each in stack.resources.items() if name != "TokenKeys"}
    outcome = run_check(CHECKS["token-keys"], replace(stack, resources=resources))
    assert (outcome.result, outcome.detail) == (Result.FAULT, "the stack has no TokenKeys")


@pytest.mark.parametrize("name", ["WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"])
def test_either_name_of_the_challenge_is_told(name: str, cloud: Cloud, second: Stack):
    stack = read_stack(second.name)
    answer_logins_with(cloud, stack, {name: "Bearer"})
    outcome = run_check(CHECKS["challenge-header"], stack)
    assert (outcome.result, "renames" in outcome.detail) == (Result.OK, "Remapped" in name)


def with_clients_of(cloud: Cloud, stack: Deployed, user: User) -> Deployed:
    clients = {service: cloud.client(service, **user.credentials) for service in ("dynamodb", "s3")}
    return replace(stack, clients=Clients(clients))


def answer_logins_with(cloud: Cloud, stack: Deployed, headers: dict[str, str]) -> None:
    """The route of logins leads to a function that refuses with these headers."""
    code, archive = f"def handler(*_):\n    return {{'statusCode': 401, 'headers': {headers!r}}}\n", io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("app.py", code)
    role, name = stack.resources["OciApiRole"], f"logins-{uuid.uuid4()}"
    arn = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=cloud.client("iam").get_role(RoleName=role)["Role"]["Arn"],
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    integration = route_of(cloud, stack, "ANY /v2/{proxy+}")["Target"].partition("/")[2]
    cloud.client("apigatewayv2").update_integration(
        ApiId=stack.resources["HttpApi"], IntegrationId=integration, IntegrationUri=arn
    )


def route_of(cloud: Cloud, stack: Deployed, key: str) -> Any:
    routes = cloud.client("apigatewayv2").get_routes(ApiId=stack.resources["HttpApi"])["Items"]
    return next(route for route in routes if route["RouteKey"] == key)


def change_route(cloud: Cloud, stack: Deployed, key: str, **change: str) -> None:
    route = route_of(cloud, stack, key)["RouteId"]
    cloud.client("apigatewayv2").update_route(ApiId=stack.resources["HttpApi"], RouteId=route, **change)


def disable_mapping(cloud: Cloud, stack: Deployed, logical_id: str) -> None:
    cloud.client("lambda").update_event_source_mapping(UUID=stack.resources[logical_id], Enabled=False)


def set_queue(cloud: Cloud, stack: Deployed, **attributes: str) -> None:
    cloud.client("sqs").set_queue_attributes(QueueUrl=stack.outputs["CompletionQueueUrl"], Attributes=attributes)
