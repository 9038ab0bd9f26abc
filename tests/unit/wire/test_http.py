"""API Gateway's events, both payload formats, and what a function answers."""

import pytest
from moorage.domain.errors import MalformedRequestError
from moorage.wire.http import HttpResponse, http_request

from tests.support.driver.lambda_events import event
from tests.support.driver.requests import Request


def test_an_http_apis_event_is_read():
    request = http_request(event(Request("POST", "/v2/x?digest=sha256:00", b"\x00\xff", {"X-Amz-Target": "T"})))
    assert (request.method, request.path, request.query) == ("POST", "/v2/x", {"digest": "sha256:00"})
    assert (request.headers["x-amz-target"], request.body) == ("T", b"\x00\xff")
    assert request.request_id


def test_a_rest_apis_event_is_read():
    request = http_request(
        {
            "httpMethod": "POST",
            "path": "/",
            "headers": {"X-Amz-Target": "T"},
            "queryStringParameters": None,
            "requestContext": {"requestId": "id"},
            "body": '{"a": "\N{ANCHOR}"}',
            "isBase64Encoded": False,
        }
    )
    assert (request.method, request.headers, request.query) == ("POST", {"x-amz-target": "T"}, {})
    assert (request.body, request.request_id) == ('{"a": "\N{ANCHOR}"}', "id")


@pytest.mark.parametrize("bare", [{}, {"headers": None, "body": None, "requestContext": None}])
def test_an_event_with_nothing_in_it_is_an_empty_request(bare: dict[str, object]):
    request = http_request(bare)
    assert (request.method, request.path, request.headers, request.body) == ("GET", "/", {}, "")


def test_a_response_that_is_not_text_is_base64():
    answered = HttpResponse(200, "", {}, b"\x00\xff").as_proxy_result()
    assert (answered["body"], answered["isBase64Encoded"]) == ("AP8=", True)
    assert HttpResponse(200, "text").as_proxy_result()["isBase64Encoded"] is False


def test_a_body_that_is_not_the_base64_it_is_said_to_be_is_malformed():
    request = http_request({"body": "not base64!", "isBase64Encoded": True})
    with pytest.raises(MalformedRequestError):
        _ = request.body


def test_an_answer_is_what_both_kinds_of_api_take():
    assert HttpResponse(202, "{}", {"A": "b"}).as_proxy_result() == {
        "statusCode": 202,
        "headers": {"A": "b"},
        "body": "{}",
        "isBase64Encoded": False,
    }
