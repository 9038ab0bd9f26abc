"""Bad input: refused with the member's name, before any call to AWS."""

import base64
import json
from typing import Any

import pytest
from moorage.wire.ecr.operations import HANDLERS
from moorage.wire.ecr.protocol import TARGET_PREFIX

from tests.support.driver.lambda_events import ecr_event, event
from tests.support.driver.requests import raw_ecr_request
from tests.support.ecr.model import service
from tests.support.ecr.registry import Registry
from tests.support.layers import digest_of

UPLOAD_ID = "0a1b2c3d-0000-4000-8000-0123456789ab"
ARN = "arn:aws:ecr:us-east-1:000000000000:repository/bad/input"
GOOD: dict[str, dict[str, Any]] = {
    "CreateRepository": {"repositoryName": "bad/input"},
    "DescribeRepositories": {},
    "DeleteRepository": {"repositoryName": "bad/input"},
    "InitiateLayerUpload": {"repositoryName": "bad/input"},
    "UploadLayerPart": {
        "repositoryName": "bad/input",
        "uploadId": UPLOAD_ID,
        "partFirstByte": 0,
        "partLastByte": 2,
        "layerPartBlob": b"abc",
    },
    "CompleteLayerUpload": {
        "repositoryName": "bad/input",
        "uploadId": UPLOAD_ID,
        "layerDigests": [digest_of(b"abc")],
    },
    "BatchCheckLayerAvailability": {"repositoryName": "bad/input", "layerDigests": [digest_of(b"abc")]},
    "GetDownloadUrlForLayer": {"repositoryName": "bad/input", "layerDigest": digest_of(b"abc")},
    "TagResource": {"resourceArn": ARN, "tags": []},
    "UntagResource": {"resourceArn": ARN, "tagKeys": []},
    "ListTagsForResource": {"resourceArn": ARN},
    "PutImageTagMutability": {"repositoryName": "bad/input", "imageTagMutability": "MUTABLE"},
    "PutImageScanningConfiguration": {"repositoryName": "bad/input", "imageScanningConfiguration": {}},
}
"""A request of each operation that is well formed."""

WRONG_EVERYWHERE = {
    "resourceArn": ["", "bad/input", ARN.upper(), f"{ARN} ", ARN.replace("east", "west"), 1, [ARN]],
    "registryId": [123456789012, "12345678901", "1234567890123", "12345678901x", "\u0661" * 12, ["1"], True],
    "repositoryName": ["a", "x" * 257, "Upper", "-a", "a-", "a//b", "a/", "a b", "a#b", "aa\n", "", 1, ["aa"], {}],
}
WRONG = {
    "CreateRepository": {
        "tags": ["x", [1], [{"Key": "k"}], [{"Key": 1, "Value": "v"}], [{"Key": "k", "Value": "half \ud800"}]],
        "imageTagMutability": ["SOMETIMES", "mutable", 1],
        "imageTagMutabilityExclusionFilters": [
            [],
            [{"filterType": "WILDCARD", "filter": "x"}] * 6,
            [{"filterType": "REGEX", "filter": "x"}],
            [{"filterType": "WILDCARD", "filter": "a b"}],
            [{"filterType": "WILDCARD", "filter": "x" * 129}],
            [{"filterType": "WILDCARD"}],
        ],
        "imageScanningConfiguration": [True, {"scanOnPush": "yes"}],
        "encryptionConfiguration": [
            {},
            {"kmsKey": "alias/one"},
            {"encryptionType": "ROT13"},
            {"encryptionType": "KMS", "kmsKey": ""},
            {"encryptionType": "KMS", "kmsKey": "x" * 2049},
            {"encryptionType": "AES256", "kmsKey": "alias/one"},
            {"encryptionType": "KMS", "kmsKey": "x" * 513},
        ],
    },
    "DescribeRepositories": {
        "repositoryNames": [[], "aa", ["a"], ["aa", "B"], ["aa"] * 101, [None]],
        "nextToken": [1, "not a token", "QQ==", "\u00e4", ""],
        "maxResults": [0, 1001, -1, "10", 1.5, True, 2**70],
    },
    "DeleteRepository": {"force": ["true", 1, "", {}]},
    "UploadLayerPart": {
        "uploadId": ["", "x", UPLOAD_ID[:-1], UPLOAD_ID.replace("-", "_"), f"{UPLOAD_ID}\n", 1],
        "partFirstByte": [-1, "0", 0.0, 1.5, True, 2**63, 10**400, float("nan"), float("inf"), []],
        "partLastByte": [-1, "2", 2.0, False, 2**63, -(10**30)],
        "layerPartBlob": [1, ["YWJj"], "not base64!", "YWJ", "YWJj=", "=", "YW Jj", "\u00e4"],
    },
    "CompleteLayerUpload": {
        "uploadId": ["", "x", UPLOAD_ID + "0", 7],
        "layerDigests": [[], "sha256:00", ["nonsense"], [digest_of(b"abc"), "sha256:"], ["a:b"] * 101, [1], [None]],
    },
    "BatchCheckLayerAvailability": {
        "layerDigests": [[], "sha256:00", ["x" * 1001], ["a:b"] * 101, [1], [None], ["half \udc00"]],
    },
    "TagResource": {"tags": ["x", [1], [{"Key": "k"}], [{"Key": 1, "Value": "v"}]]},
    "UntagResource": {"tagKeys": ["x", [1], [None]]},
    "PutImageTagMutability": {
        "imageTagMutability": ["SOMETIMES", 1],
        "imageTagMutabilityExclusionFilters": [[], [{"filterType": "WILDCARD", "filter": "x*"}], 1],
    },
    "PutImageScanningConfiguration": {"imageScanningConfiguration": [True, {"scanOnPush": "yes"}]},
    "GetDownloadUrlForLayer": {"layerDigest": ["nonsense", "sha256:", "sha256:xyz", ":00", 1, [], {}]},
}


def wrong_members() -> list[Any]:
    """(operation, member, bad value), each value once."""
    cases = []
    for operation in GOOD:
        known = service().operation_model(operation).input_shape.members
        everywhere = {name: values for name, values in WRONG_EVERYWHERE.items() if name in known}
        for member, values in {**everywhere, **WRONG.get(operation, {})}.items():
            cases += [(operation, member, value) for value in values]
    return cases


def required_members() -> list[tuple[str, str]]:
    """Each member that the model demands."""
    return [
        (operation, member)
        for operation in GOOD
        for member in service().operation_model(operation).input_shape.required_members
    ]


def refusal(registry: Registry, request: Any) -> tuple[str, str]:
    """The exception's name and text; the request reached no AWS service."""
    with registry.requests() as requests:
        answer = json.loads(registry._function(request)["body"])
    assert requests == []
    assert registry.invoke(request)["statusCode"] == 400
    return answer["__type"], answer["message"]


@pytest.mark.parametrize(("operation", "member", "value"), wrong_members(), ids=lambda value: ascii(value)[:24])
def test_a_wrong_value_is_refused_by_its_members_name(registry: Registry, operation: str, member: str, value: Any):
    error, message = refusal(registry, ecr_event(operation, **{**GOOD[operation], member: value}))
    assert (error, f"'{member}" in message) == ("InvalidParameterException", True)


@pytest.mark.parametrize(("operation", "member"), required_members())
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "null"])
def test_a_missing_member_is_named(registry: Registry, operation: str, member: str, absent: bool):
    members = {name: value for name, value in GOOD[operation].items() if name != member}
    error, message = refusal(registry, ecr_event(operation, **members if absent else {**members, member: None}))
    assert (error, f"'{member}'" in message) == ("InvalidParameterException", True)


def raw(body: bytes, target: str | None = f"{TARGET_PREFIX}.CompleteLayerUpload") -> dict[str, Any]:
    return event(raw_ecr_request(target or "", body))


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b'{"a": }', b"\xff\xfe", b"{}{}", b'{"a": ' + b"9" * 5000 + b"}", b"[" * 100_000],
    ids=["open", "word", "no value", "not UTF-8", "two", "5,000 digits", "100,000 deep"],
)
def test_what_is_not_json_is_a_serialization_exception(registry: Registry, body: bytes):
    error, message = refusal(registry, raw(body))
    assert (error, message.startswith("The body is not JSON")) == ("SerializationException", True)


def test_a_body_that_is_not_the_base64_it_is_said_to_be_is_a_serialization_exception(registry: Registry):
    assert refusal(registry, {**raw(b"{}"), "body": "%%%", "isBase64Encoded": True})[0] == "SerializationException"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"1", b"true", b"", b"{}", b'{"unknown": 1}'])
def test_json_that_is_not_a_requests_object_is_refused(registry: Registry, body: bytes):
    error, message = refusal(registry, raw(body))
    assert error == "InvalidParameterException"
    assert "'body'" in message or "'repositoryName'" in message


@pytest.mark.parametrize(
    "target",
    [
        None,
        "CompleteLayerUpload",
        ".CompleteLayerUpload",
        f"{TARGET_PREFIX}.",
        TARGET_PREFIX,
        "AmazonEC2ContainerRegistry_V20990101.CompleteLayerUpload",
        "DynamoDB_20120810.PutItem",
        f"{TARGET_PREFIX}.CompleteLayerUpload.More",
    ],
)
def test_a_request_for_no_operation_of_ours_is_refused(registry: Registry, target: str | None):
    error, message = refusal(registry, raw(b"{}", target))
    assert (error, "'X-Amz-Target'" in message) == ("InvalidParameterException", True)


@pytest.mark.parametrize("operation", [*sorted(set(service().operation_names) - set(HANDLERS)), "NoSuchOperation"])
def test_every_other_operation_of_ecr_is_unknown_by_name(registry: Registry, operation: str):
    error, message = refusal(registry, raw(b"{}", f"{TARGET_PREFIX}.{operation}"))
    assert (error, f"'{operation}'" in message) == ("UnknownOperationException", True)


@pytest.mark.parametrize("paging", [{"maxResults": 5}, {"nextToken": base64.urlsafe_b64encode(b"aa").decode()}])
def test_paging_is_not_taken_together_with_names(registry: Registry, paging: dict[str, Any]):
    error, message = refusal(registry, ecr_event("DescribeRepositories", repositoryNames=["aa"], **paging))
    assert (error, f"'{next(iter(paging))}'" in message) == ("InvalidParameterException", True)


def test_unknown_members_are_ignored(registry: Registry, repository: str):
    request = ecr_event("InitiateLayerUpload", repositoryName=repository, registryId=None, mood={"deep": [1]})
    assert registry.ask(request).json["uploadId"]


def test_a_body_without_the_apis_base64_is_read_the_same(registry: Registry, repository: str):
    request = {**raw(b"", f"{TARGET_PREFIX}.InitiateLayerUpload"), "isBase64Encoded": False}
    assert registry.ask({**request, "body": json.dumps({"repositoryName": repository})}).json["uploadId"]
