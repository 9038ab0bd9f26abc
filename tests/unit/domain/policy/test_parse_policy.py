"""Documents that cannot be evaluated in full are refused, and the refusal names the place."""

import json
from typing import Any

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.domain.policy.parsing.parse_policy import parse_policy

GOOD: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}


def refusal(text: str, **options: Any) -> InvalidParameterError:
    with pytest.raises(InvalidParameterError) as caught:
        parse_policy(text, **options)
    return caught.value


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "1", '"*"', "{}", "{", "[" * 100_000, '{"a":NaN}', "\ud800", "9" * 5000]
)
def test_a_document_that_is_not_a_json_object_is_refused(text: str):
    assert refusal(text).member == "policyText"


@pytest.mark.parametrize(
    "text", ['{"Statement": [], "Statement": []}', '{"Statement": [{"Effect":"Deny","Effect":"Allow"}]}']
)
def test_a_member_given_twice_is_refused_since_readers_differ_in_which_counts(text: str):
    assert "given twice" in str(refusal(text))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"Effect": "allow"}, ".Effect"),
        ({"Effect": None}, ".Effect"),
        ({"Effect": ["Allow"]}, ".Effect"),
        ({"Sid": 1}, ".Sid"),
        ({"Principle": "*"}, ".Principle"),
        ({"Principal": {}}, ".Principal"),
        ({"Principal": []}, ".Principal"),
        ({"Principal": "arn:aws:iam::111122223333:root"}, ".Principal"),
        ({"Principal": {"AWS": []}}, ".Principal.AWS"),
        ({"Principal": {"AWS": ["*", "Ann"]}}, ".Principal.AWS[1]"),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:role/ci-*"}}, ".Principal.AWS"),
        ({"Principal": {"AWS": "AIDAEXAMPLE"}}, ".Principal.AWS"),
        ({"Principal": {"AWS": "lambda.amazonaws.com"}}, ".Principal.AWS"),
        ({"Principal": {"AWS": 111122223333}}, ".Principal.AWS"),
        ({"Principal": {"Service": "*"}}, ".Principal.Service"),
        ({"Principal": {"Federated": "cognito-identity.amazonaws.com"}}, ".Principal.Federated"),
        ({"Principal": {"CanonicalUser": "79a5"}}, ".Principal.CanonicalUser"),
        ({"NotPrincipal": {"AWS": "111122223333"}}, ""),
        ({"NotAction": "ecr:*"}, ""),
        ({"Action": []}, ".Action"),
        ({"Action": ""}, ".Action"),
        ({"Action": {"ecr": "*"}}, ".Action"),
        ({"Action": "s3:GetObject"}, ".Action"),
        ({"Action": "ecr:BatchGetImages"}, ".Action"),
        ({"Action": ["ecr:PutImage", "ecr: *"]}, ".Action[1]"),
        ({"Resource": "*", "NotResource": "*"}, ""),
        ({"Resource": "team-a/*"}, ".Resource"),
        ({"Resource": "arn:aws:ecr:*"}, ".Resource"),
        ({"Resource": "arn:aws:ecr:*:*:repository/${aws:username}"}, ".Resource"),
        ({"Condition": {}}, ".Condition"),
        ({"Condition": []}, ".Condition"),
        ({"Condition": {"StringEquals": {}}}, ".Condition.StringEquals"),
        ({"Condition": {"StringSame": {"aws:username": "a"}}}, ".Condition.StringSame"),
        ({"Condition": {"stringequals": {"aws:username": "a"}}}, ".Condition.stringequals"),
        ({"Condition": {"BinaryEquals": {"aws:username": "YQ=="}}}, ".Condition.BinaryEquals"),
        ({"Condition": {"ForSome:StringEquals": {"aws:username": "a"}}}, ".Condition.ForSome:StringEquals"),
        ({"Condition": {"NullIfExists": {"aws:username": "true"}}}, ".Condition.NullIfExists"),
        ({"Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}}, ".Condition.StringEquals.aws:PrincipalTag/x"),
        ({"Condition": {"StringEquals": {"ecr:ResourceTag/": "a"}}}, ".Condition.StringEquals.ecr:ResourceTag/"),
        ({"Condition": {"StringEquals": {"aws:username": []}}}, ".Condition.StringEquals.aws:username"),
        ({"Condition": {"StringEquals": {"aws:username": None}}}, ".Condition.StringEquals.aws:username"),
        ({"Condition": {"StringEquals": {"aws:username": ["", "${x}"]}}}, ".Condition.StringEquals.aws:username[1]"),
        ({"Condition": {"StringEquals": {"aws:TagKeys": "a"}}}, ".Condition.StringEquals"),
        ({"Condition": {"StringEquals": {"aws:SourceIp": "192.0.2.1"}}}, ".Condition.StringEquals.aws:SourceIp"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/33"}}}, ".Condition.IpAddress.aws:SourceIp"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "yes"}}}, ".Condition.Bool.aws:SecureTransport"),
        ({"Condition": {"NumericEquals": {"aws:EpochTime": "1e9"}}}, ".Condition.NumericEquals.aws:EpochTime"),
        ({"Condition": {"DateEquals": {"aws:CurrentTime": "today"}}}, ".Condition.DateEquals.aws:CurrentTime"),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}}, ".Condition.ArnLike.aws:PrincipalArn"),
        (
            {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/team-a/*"}}},
            ".Condition.ArnLike.aws:PrincipalArn",
        ),
    ],
)  # fmt: skip
def test_a_statement_that_cannot_be_evaluated_in_full_is_refused_with_its_path(change: dict[str, Any], path: str):
    text = json.dumps({"Version": "2012-10-17", "Statement": [GOOD, {**GOOD, **change}]})
    assert refusal(text).member == f"policyText.Statement[1]{path}"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"Version": "2012-10-18", "Statement": GOOD}, ".Version"),
        ({"Id": 1, "Statement": GOOD}, ".Id"),
        ({"Version": "2012-10-17"}, ".Statement"),
        ({"Statement": []}, ".Statement"),
        ({"Statement": "*"}, ".Statement"),
        ({"Statement": [GOOD], "Comment": ""}, ".Comment"),
        ({"Statement": {"Effect": "Allow", "Action": "*"}}, ".Statement"),
        ({"Statement": {"Effect": "Allow", "Principal": "*"}}, ".Statement"),
        ({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "*"}, "Action": "*"}}, ".Statement.NotPrincipal"),
    ],
)  # fmt: skip
def test_so_is_a_document(document: dict[str, Any], path: str):
    assert refusal(json.dumps(document)).member == f"policyText{path}"


def test_a_registrys_policy_has_to_name_resources():
    text = json.dumps({"Statement": [GOOD]})
    parse_policy(text)
    assert refusal(text, needs_resource=True).member == "policyText.Statement[0]"
    parse_policy(json.dumps({"Statement": [{**GOOD, "Resource": "*"}]}), needs_resource=True)


def test_one_statement_may_stand_without_its_array_and_a_refusal_stays_short():
    assert len(parse_policy(json.dumps({"Id": "x", "Statement": GOOD})).statements) == 1
    assert len(str(refusal(json.dumps({"Statement": {**GOOD, "x" * 9000: 1}})))) < 700


def test_the_path_begins_with_the_member_that_holds_the_document():
    assert refusal("{}", member="policy").member == "policy"
