"""What a reviewer would look for in template.yaml, and what the linters cannot see."""

import re
from dataclasses import fields
from typing import Any

import pytest
from moorage.adapters.s3 import keys
from moorage.settings import Settings
from moorage_local.stack import resources

from tests.support.lambda_build import CHECKOUT
from tests.support.template.reading import read_template, resources_of

TEMPLATE = read_template()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = resources_of(TEMPLATE, "AWS::Serverless::Function")


def test_the_runtime_is_the_one_that_the_build_compiles_for() -> None:
    runtime = TEMPLATE["Globals"]["Function"]["Runtime"]
    assert runtime == f"python{re.search(r'^RUNTIME := (.+)$', (CHECKOUT / 'build.mk').read_text(), re.MULTILINE)[1]}"
    for layer in ("dependencies", "moorage"):
        assert f"RUNTIME_PYTHON := {runtime}\n" in (CHECKOUT / "layers" / layer / "Makefile").read_text()
    for layer in resources_of(TEMPLATE, "AWS::Serverless::LayerVersion").values():
        assert layer["Properties"]["CompatibleRuntimes"] == [runtime]


def test_every_variable_of_the_functions_is_one_that_they_read() -> None:
    given = set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])
    assert given - {"POWERTOOLS_LOG_LEVEL"} <= {setting.metadata["name"] for setting in fields(Settings)}


def test_a_new_moorage_layer_reaches_the_aliases() -> None:
    assert TEMPLATE["Globals"]["LayerVersion"]["PublishLambdaVersion"] is True
    for function in FUNCTIONS.values():
        assert function["Properties"]["AutoPublishAlias"] == "live"
        assert function["Properties"]["AutoPublishAliasAllProperties"] is True


def test_every_route_asks_for_a_signature_and_calls_an_alias() -> None:
    for route in resources_of(TEMPLATE, "AWS::ApiGatewayV2::Route").values():
        assert route["Properties"]["AuthorizationType"] == "AWS_IAM"
    for integration in resources_of(TEMPLATE, "AWS::ApiGatewayV2::Integration").values():
        assert integration["Properties"]["IntegrationUri"]["Ref"].endswith(".Alias")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_its_own_role_log_group_and_alarms(function: str) -> None:
    name = function.removesuffix("Function")
    properties = FUNCTIONS[function]["Properties"]
    assert properties["Role"] == {"Fn::GetAtt": f"{name}Role.Arn"}
    assert properties["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}LogGroup"}
    assert RESOURCES[f"{name}LogGroup"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert {f"{name}ErrorsAlarm", f"{name}ThrottlesAlarm"} <= set(RESOURCES)


def test_the_saved_query_reads_the_log_of_every_function() -> None:
    groups = RESOURCES["WhoDidWhatQuery"]["Properties"]["LogGroupNames"]
    assert {group["Ref"] for group in groups} == {f"{name.removesuffix('Function')}LogGroup" for name in FUNCTIONS}


def test_no_policy_allows_actions_by_wildcard_or_resources_that_have_a_name() -> None:
    for role in resources_of(TEMPLATE, "AWS::IAM::Role").values():
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                assert not [action for action in actions if "*" in action]
                if statement["Resource"] == "*":  # neither X-Ray nor ListStreams knows resources
                    assert statement["Sid"] in ("Traces", "Streams")


def test_data_outlives_the_stack() -> None:
    for name in ("Table", "Bucket", "BucketPolicy"):
        assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_bucket_is_encrypted_with_and_without_a_key_of_ones_own() -> None:
    (rule,) = RESOURCES["Bucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": {"Fn::If": ["HasContentKey", "aws:kms", "AES256"]},
        "KMSMasterKeyID": {"Fn::If": ["HasContentKey", {"Ref": "ContentKeyArn"}, {"Ref": "AWS::NoValue"}]},
    }
    assert rule["BucketKeyEnabled"] is True


def test_every_queue_is_encrypted() -> None:
    for queue in resources_of(TEMPLATE, "AWS::SQS::Queue").values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True


def test_a_function_answers_before_the_api_times_out() -> None:
    """An HTTP API waits 30 s at most (API Gateway quotas)."""
    for name in ("EcrApi", "DirectApi", "OciApi"):
        integration = RESOURCES[f"{name}Integration"]["Properties"]["TimeoutInMillis"]
        assert FUNCTIONS[f"{name}Function"]["Properties"]["Timeout"] * 1000 < integration <= 30_000


def test_the_queues_visibility_is_six_times_its_functions_timeout() -> None:
    """Lambda Developer Guide, "Configuring a queue to use with Lambda"."""
    visible_again = RESOURCES["CompletionQueue"]["Properties"]["VisibilityTimeout"]
    assert visible_again == 6 * FUNCTIONS["CompleteUploadsFunction"]["Properties"]["Timeout"]


def test_a_function_that_sends_messages_to_its_own_queue_may_do_so_more_than_sixteen_times() -> None:
    """Lambda Developer Guide, "Recursive loop detection"."""
    assert FUNCTIONS["CompleteUploadsFunction"]["Properties"]["RecursiveLoop"] == "Allow"


def test_the_streams_failures_are_retried_for_hours_and_within_the_life_of_a_record() -> None:
    """A stream keeps its records for 24 hours (DynamoDB Developer Guide)."""
    source = FUNCTIONS["RegistryStreamFunction"]["Properties"]["Events"]["Records"]["Properties"]
    assert source["MaximumRetryAttempts"] == -1
    assert 4 * 3600 <= source["MaximumRecordAgeInSeconds"] < 24 * 3600


@pytest.mark.parametrize("parameter", ["SnapStart", "Tracing", "DetailedMetrics"])
def test_what_is_charged_apart_is_off_unless_it_is_asked_for(parameter: str) -> None:
    assert TEMPLATE["Parameters"][parameter]["Default"] == "off"


def test_an_account_with_the_starting_quota_has_room_for_everything() -> None:
    """A new account runs ten functions at a time (Lambda quotas)."""
    assert TEMPLATE["Parameters"]["MostVerifications"]["Default"] == 2


def references(value: Any) -> set[str]:
    """Every resource or parameter that a part of the template refers to, but for the branches of its conditions."""
    match value:
        case {"Fn::If": [str(condition), *_]}:
            return {condition}
        case {"Ref": str(name)} | {"Fn::GetAtt": str(name)}:
            return {name.partition(".")[0]}
        case {"Fn::Sub": str(text)}:
            return {name.partition(".")[0] for name in re.findall(r"\$\{([A-Za-z0-9.:]+)\}", text)}
        case dict():
            return set().union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
    return set()


@pytest.mark.parametrize(("resource", "condition"), [("Table", "MakesTable"), ("Bucket", "MakesBucket")])
def test_a_table_or_bucket_can_be_adopted(resource: str, condition: str) -> None:
    assert RESOURCES[resource]["Condition"] == condition
    without = {name: each for name, each in RESOURCES.items() if name != resource}
    assert resource not in references([without, TEMPLATE["Globals"], TEMPLATE["Outputs"]])


def test_layers_under_a_former_key_can_be_read_and_not_written() -> None:
    policy = RESOURCES["FormerContentKeysPolicy"]["Properties"]
    assert policy["Roles"] == RESOURCES["ContentKeyPolicy"]["Properties"]["Roles"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Resource"] == {"Ref": "FormerContentKeyArns"}


def test_no_upload_is_aborted_by_the_lifecycle_before_its_own_time_is_up() -> None:
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = [
        rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        if "AbortIncompleteMultipartUpload" in rule
        else rule["ExpirationInDays"]
        for rule in rules
    ]
    assert TEMPLATE["Parameters"]["UploadLifetimeSeconds"]["MaxValue"] < (min(days) - 1) * 86400


def test_nothing_expires_that_a_layer_may_need() -> None:
    for rule in RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]:
        assert "AbortIncompleteMultipartUpload" in rule or rule["Prefix"] == "tails/"


def test_the_local_table_is_the_templates() -> None:
    declared = RESOURCES["Table"]["Properties"]
    local = resources.table_definition("any")
    for part in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"):
        assert declared[part] == local[part]
    assert declared["StreamSpecification"]["StreamViewType"] == local["StreamSpecification"]["StreamViewType"]


def test_the_bucket_refuses_every_write_that_could_replace_content_and_no_part_of_an_upload():
    statements = RESOURCES["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (once,) = [statement for statement in statements if statement["Sid"] == "KeysAreWrittenOnce"]
    assert (once["Effect"], once["Principal"], once["Action"]) == ("Deny", "*", "s3:PutObject")
    assert once["Condition"] == {"Null": {"s3:if-none-match": True}, "Bool": {"s3:ObjectCreationOperation": True}}
    resources = [str(resource) for resource in once["Resource"]]
    for prefix in (keys.RELAY_PREFIX, keys.DIRECT_PREFIX, keys.TAILS_PREFIX, keys.MANIFESTS_PREFIX):
        assert any(f"/{prefix}*" in each for each in resources), prefix


def test_both_ways_to_make_the_object_of_a_direct_upload_start_its_completion():
    pattern = RESOURCES["UploadedRule"]["Properties"]["EventPattern"]
    assert pattern["detail"]["reason"] == ["CompleteMultipartUpload", "PutObject"]


def test_the_deletion_of_content_and_of_nothing_else_is_sent_to_the_completion_queue():
    properties = RESOURCES["DeletedRule"]["Properties"]
    assert properties["Targets"] == RESOURCES["UploadedRule"]["Properties"]["Targets"]
    deleted = {"source": ["aws.s3"], "detail-type": ["Object Deleted"]}
    assert properties["EventPattern"].items() >= deleted.items()
    assert properties["EventPattern"]["detail"]["object"] == {"key": [{"prefix": "blobs/"}, {"prefix": "direct/"}]}
