"""Events are shaped as API Gateway's: checked against the example in its developer guide (payload format 2.0)."""

import re

import pytest
from moorage_local.lambda_runtime.http_events import Request, proxy_event

DOCUMENTED = {
    "version": "2.0",
    "routeKey": "POST /my/{proxy+}",
    "rawPath": "/my/path",
    "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
    "cookies": ["cookie1", "cookie2"],
    "headers": {"header1": "value1", "header2": "value1,value2"},
    "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "id.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": "id",
        "http": {
            "method": "POST",
            "path": "/my/path",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "agent",
        },
        "requestId": "id",
        "routeKey": "POST /my/{proxy+}",
        "stage": "$default",
        "time": "12/Mar/2020:19:03:58 +0000",
        "timeEpoch": 1583348638390,
    },
    "body": "Hello from Lambda",
    "pathParameters": {"proxy": "path"},
    "isBase64Encoded": False,
}
"""The guide's example without what this API never has: an authorizer, a client certificate, stage variables."""

DOCUMENTED_REQUEST = Request(
    method="POST",
    path="/my/path",
    query="parameter1=value1&parameter1=value2&parameter2=value",
    headers=[
        ("host", "id.execute-api.us-east-1.amazonaws.com"),
        ("user-agent", "agent"),
        ("content-type", "text/plain"),
        ("header1", "value1"),
        ("header2", "value1"),
        ("header2", "value2"),
        ("cookie", "cookie1; cookie2"),
    ],
    body=b"Hello from Lambda",
    source_ip="192.0.2.1",
    caller_arn="",
)


@pytest.fixture
def event():
    return proxy_event(DOCUMENTED_REQUEST, "POST /my/{proxy+}", {"proxy": "path"})


def test_an_event_has_the_members_of_the_documented_one_and_no_others(event):
    assert event.keys() == DOCUMENTED.keys()
    assert event["requestContext"].keys() == DOCUMENTED["requestContext"].keys()


def test_what_the_request_says_is_where_the_documentation_has_it(event):
    assert event["body"] == DOCUMENTED["body"].encode()
    for member in DOCUMENTED.keys() - {"body", "headers", "requestContext"}:
        assert event[member] == DOCUMENTED[member], member
    assert event["headers"].items() >= DOCUMENTED["headers"].items()
    for member in ("domainName", "domainPrefix", "http", "routeKey", "stage"):
        assert event["requestContext"][member] == DOCUMENTED["requestContext"][member], member


def test_time_is_written_as_in_an_access_log(event):
    assert re.fullmatch(r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} \+0000", event["requestContext"]["time"])
    assert event["requestContext"]["timeEpoch"] > 1_583_348_638_390


def test_what_is_empty_is_left_out():
    event = proxy_event(Request("GET", "/", "", []), "GET /")
    assert not event.keys() & {"body", "cookies", "pathParameters", "queryStringParameters"}
    assert event["isBase64Encoded"] is False


@pytest.mark.parametrize("body", [b"{}", "ä".encode(), b"\xff\xfe", bytearray(b"\x1f\x8b")])
def test_a_body_is_the_bytes_that_came(body: bytes):
    event = proxy_event(Request("PUT", "/", "", [("content-type", "text/plain")], body), "PUT /")
    assert event["body"] is body
    assert event["isBase64Encoded"] is False


def test_a_query_value_is_decoded_and_the_raw_one_is_not():
    event = proxy_event(Request("GET", "/", "digest=sha256%3Aab&empty=", []), "GET /")
    assert event["queryStringParameters"] == {"digest": "sha256:ab", "empty": ""}
    assert event["rawQueryString"] == "digest=sha256%3Aab&empty="


def test_where_nobody_signs_the_account_itself_asks():
    context = proxy_event(Request("GET", "/", "", []), "GET /")["requestContext"]
    assert context["authorizer"]["iam"]["userArn"] == "arn:aws:iam::000000000000:root"
