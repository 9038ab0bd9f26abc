"""What policies say of requests: the examples of AWS's documentation, and each rule by itself."""

import json
from typing import Any

import pytest
from botocore.loaders import Loader
from moorage.domain.caller import ANONYMOUS, Caller, parse_caller
from moorage.domain.policy.actions import ACTIONS, PULL, PUSH
from moorage.domain.policy.evaluate_policy import Decision, PolicyRequest, evaluate_policies
from moorage.domain.policy.keys import Context
from moorage.domain.policy.parsing.parse_policy import parse_policy

OURS, OTHER = "111122223333", "123456789012"
ARN = f"arn:aws:ecr:eu-central-1:{OURS}:repository/"


def caller(arn: str) -> Caller:
    parsed = parse_caller(arn)
    assert parsed is not None
    return parsed


ANN = caller(f"arn:aws:iam::{OTHER}:user/Ann")
ROOT = caller(f"arn:aws:iam::{OTHER}:root")
CI = caller(f"arn:aws:sts::{OURS}:assumed-role/ci/job-7")
LAMBDA = caller("lambda.amazonaws.com")
CODEBUILD = caller("codebuild.amazonaws.com")


def decide(
    statements: Any, who: Caller, action: str, repository: str = "team-a/app", context: Context | None = None
) -> Decision:
    document = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    resource = ARN + repository if repository else "*"
    request = PolicyRequest(caller=who, action=f"ecr:{action}", resource=resource, context=context or Context())
    return evaluate_policies([document], request)


def statement(effect: str = "Allow", principal: Any = "*", action: Any = "ecr:*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, **more}


# "Private repository policy examples in Amazon ECR" (Amazon ECR User Guide): the document, then who may do what.
PUSH_PULL_BY_USERS = {
    "Sid": "AllowPushPull",
    "Effect": "Allow",
    "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:user/Ann", f"arn:aws:iam::{OTHER}:user/push-pull-user-2"]},
    "Action": [
        "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
    ],
}  # fmt: skip
ANOTHER_ACCOUNT = {
    "Sid": "AllowCrossAccountPush",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
    "Action": ["ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload"],
}
DENY_ALL = {"Sid": "DenyPull", "Effect": "Deny", "Principal": "*", "Action": ["ecr:BatchGetImage"]}
IP_RANGES = {
    "Sid": "IPAllow",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "ecr:*",
    "Condition": {
        "NotIpAddress": {"aws:SourceIp": "54.240.143.188/32"},
        "IpAddress": {"aws:SourceIp": "54.240.143.0/24"},
    },
}
CODEBUILD_ACCESS = {
    "Sid": "CodeBuildAccess",
    "Effect": "Allow",
    "Principal": {"Service": "codebuild.amazonaws.com"},
    "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
}


def from_ip(address: str) -> Context:
    return Context({"aws:sourceip": (address,)})


@pytest.mark.parametrize(
    ("statements", "who", "action", "context", "decision"),
    [
        ([PUSH_PULL_BY_USERS], ANN, "PutImage", None, Decision.ALLOW),
        ([PUSH_PULL_BY_USERS], ANN, "DeleteRepository", None, Decision.NONE),
        ([PUSH_PULL_BY_USERS], ROOT, "PutImage", None, Decision.NONE),
        ([ANOTHER_ACCOUNT], ANN, "InitiateLayerUpload", None, Decision.ALLOW),
        ([ANOTHER_ACCOUNT], ROOT, "InitiateLayerUpload", None, Decision.ALLOW),
        ([ANOTHER_ACCOUNT], CI, "InitiateLayerUpload", None, Decision.NONE),
        ([ANOTHER_ACCOUNT], ANONYMOUS, "InitiateLayerUpload", None, Decision.NONE),
        ([DENY_ALL], CI, "BatchGetImage", None, Decision.DENY),
        ([DENY_ALL], ANONYMOUS, "BatchGetImage", None, Decision.DENY),
        ([DENY_ALL, PUSH_PULL_BY_USERS], ANN, "BatchGetImage", None, Decision.DENY),
        ([PUSH_PULL_BY_USERS, DENY_ALL], ANN, "PutImage", None, Decision.ALLOW),
        ([IP_RANGES], ANN, "PutImage", from_ip("54.240.143.7"), Decision.ALLOW),
        ([IP_RANGES], ANN, "PutImage", from_ip("::ffff:54.240.143.7"), Decision.ALLOW),
        ([IP_RANGES], ANN, "PutImage", from_ip("54.240.143.188"), Decision.NONE),
        ([IP_RANGES], ANN, "PutImage", from_ip("203.0.113.1"), Decision.NONE),
        ([IP_RANGES], ANN, "PutImage", from_ip("2001:db8::1"), Decision.NONE),
        ([IP_RANGES], ANN, "PutImage", None, Decision.NONE),
        ([CODEBUILD_ACCESS], CODEBUILD, "BatchGetImage", None, Decision.ALLOW),
        ([CODEBUILD_ACCESS], LAMBDA, "BatchGetImage", None, Decision.NONE),
        ([CODEBUILD_ACCESS], CI, "BatchGetImage", None, Decision.NONE),
    ],
)
def test_the_examples_of_the_ecr_user_guide(
    statements: Any, who: Caller, action: str, context: Context | None, decision: Decision
):
    assert decide(statements, who, action, context=context) is decision


@pytest.mark.parametrize(
    ("principal", "who", "is_included"),
    [
        ("*", ANONYMOUS, True),
        ({"AWS": "*"}, ANONYMOUS, True),
        ({"AWS": OTHER}, ANN, True),
        ({"AWS": OTHER}, CI, False),
        ({"AWS": OTHER}, ANONYMOUS, False),
        ({"AWS": f"arn:aws:iam::{OURS}:role/ci"}, CI, True),
        ({"AWS": f"arn:aws:iam::{OURS}:role/with/a/path/ci"}, CI, True),
        ({"AWS": f"arn:aws:iam::{OTHER}:role/ci"}, CI, False),
        ({"AWS": f"arn:aws:iam::{OURS}:role/c"}, CI, False),
        ({"AWS": f"arn:aws:iam::{OURS}:user/ci"}, CI, False),
        ({"AWS": f"arn:aws:sts::{OURS}:assumed-role/ci/job-7"}, CI, True),
        ({"AWS": f"arn:aws:sts::{OURS}:assumed-role/ci/job-8"}, CI, False),
        ({"AWS": [f"arn:aws:iam::{OURS}:role/other", f"arn:aws:iam::{OURS}:role/ci"]}, CI, True),
        ({"AWS": OURS, "Service": "lambda.amazonaws.com"}, LAMBDA, True),
    ],
)
def test_a_principal_is_an_account_a_user_a_role_a_session_a_service_or_everyone(
    principal: Any, who: Caller, *, is_included: bool
):
    decided = decide([statement(principal=principal)], who, "PutImage")
    assert decided is (Decision.ALLOW if is_included else Decision.NONE)


@pytest.mark.parametrize(
    ("exempted", "who", "is_denied"),
    [
        (f"arn:aws:iam::{OURS}:role/ci", CI, False),
        (f"arn:aws:sts::{OURS}:assumed-role/ci/job-7", CI, False),
        (f"arn:aws:sts::{OURS}:assumed-role/ci/job-8", CI, True),
        (f"arn:aws:iam::{OURS}:role/ci", ANN, True),
        (f"arn:aws:iam::{OURS}:role/ci", ANONYMOUS, True),
        (f"arn:aws:iam::{OTHER}:root", ROOT, False),
        (f"arn:aws:iam::{OTHER}:root", ANN, True),
        (OTHER, ANN, True),
    ],
)
def test_not_principal_denies_everybody_but_those_named(exempted: str, who: Caller, *, is_denied: bool):
    document = {"Effect": "Deny", "NotPrincipal": {"AWS": exempted}, "Action": "ecr:*"}
    assert decide([document], who, "PutImage") is (Decision.DENY if is_denied else Decision.NONE)


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("*", ACTIONS),
        ("ecr:*", ACTIONS),
        ("ecr:PutImage", {"ecr:PutImage"}),
        ("ECR:putimage", {"ecr:PutImage"}),
        ("ecr:Put?mage", {"ecr:PutImage"}),
        ("ecr:BatchG*Image", {"ecr:BatchGetImage"}),
        (["ecr:ListImages", "ecr:DescribeImages"], {"ecr:ListImages", "ecr:DescribeImages"}),
    ],
)
def test_actions_take_wildcards_and_any_case(pattern: Any, named: set[str]):
    allowed = {action for action in ACTIONS if decide([statement(action=pattern)], ANN, action[4:]) is Decision.ALLOW}
    assert allowed == named


def test_not_action_is_every_action_but_those_named():
    document = {"Effect": "Deny", "Principal": "*", "NotAction": ["ecr:BatchGet*"]}
    assert decide([document], ANN, "BatchGetImage") is Decision.NONE
    assert decide([document], ANN, "PutImage") is Decision.DENY


def test_an_action_that_no_policy_can_name_is_denied_so_that_no_deny_is_passed_by():
    assert decide([statement()], ANN, "InventedOperation") is Decision.DENY


def test_every_operation_of_the_api_model_is_an_action():
    operations = Loader().load_service_model("ecr", "service-2")["operations"]
    assert {f"ecr:{name}" for name in operations} <= ACTIONS
    assert PULL < PUSH < ACTIONS


@pytest.mark.parametrize(
    ("resource", "repository", "is_listed"),
    [
        ("*", "team-a/app", True),
        ("*", "", True),
        (f"{ARN}team-a/*", "team-a/app", True),
        (f"{ARN}team-a/*", "team-b/app", False),
        (f"{ARN}team-?/app", "team-b/app", True),
        (f"{ARN}team-a/app", "team-a/application", False),
        (f"{ARN}*", "", False),
        ([f"{ARN}team-a/*", f"{ARN}team-b/*"], "team-b/app", True),
    ],
)
def test_resources_take_wildcards(resource: Any, repository: str, *, is_listed: bool):
    allowed = decide([statement(Resource=resource)], ANN, "PutImage", repository)
    assert (allowed is Decision.ALLOW) is is_listed
    opposite = {"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": resource}
    assert (decide([opposite], ANN, "PutImage", repository) is Decision.DENY) is not is_listed


def test_an_action_on_the_registry_is_no_match_for_a_policy_that_names_repositories():
    assert decide([statement(Resource=f"{ARN}*")], ANN, "GetAuthorizationToken", "") is Decision.NONE


@pytest.mark.parametrize("order", [1, -1])
def test_an_explicit_deny_wins_in_any_order(order: int):
    statements = [statement("Deny", action="ecr:PutImage"), statement()][::order]
    assert decide(statements, ANN, "PutImage") is Decision.DENY
    assert decide(statements, ANN, "ListImages") is Decision.ALLOW


def test_a_deny_in_one_document_wins_over_an_allow_in_another():
    documents = [parse_policy(json.dumps({"Statement": statement(effect)})) for effect in ("Allow", "Deny")]
    request = PolicyRequest(caller=ANN, action="ecr:PutImage", resource=f"{ARN}x")
    assert evaluate_policies(documents, request) is Decision.DENY
    assert evaluate_policies([], request) is Decision.NONE
