"""`moorage serve --require-auth`: every protocol asks who is there; without the option, nobody is asked."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moorage_client.signing import ecr_client

from tests.support.access_keys import ACCESS_KEYS, closed_server, ecr_as, write_access_keys
from tests.support.command import run
from tests.support.engines import Server, serving


@pytest.fixture(scope="module")
def closed() -> Iterator[Server]:
    """A server that asks everybody who they are."""
    with closed_server() as running:
        yield running


def get(server: Server, path: str, authorization: str = "") -> tuple[int, Any, Any]:
    """Status, headers and body of an answer."""
    request = urllib.request.Request(server.url + path)
    if authorization:
        request.add_header("Authorization", authorization)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize("make", [None, ecr_client])
def test_a_signed_request_is_answered_as_its_signer(closed: Server, make: Any):
    name = f"signed/{'routed' if make else 'plain'}"
    ecr_as("administrator", closed, make).create_repository(repositoryName=name)
    with pytest.raises(ClientError, match="user/foreign is not authorized"):
        ecr_as("foreign", closed, make).list_images(repositoryName=name)


def test_a_wrong_secret_and_no_signature_are_refused_as_api_gateway_does(closed: Server):
    with pytest.raises(ClientError, match="403"):
        ecr_as("administrator", closed, secret="wrong-secret-000000000000").describe_repositories()
    for path in ("/", "/direct-uploads", "/r/DeleteRepository/team-a/web"):
        request = urllib.request.Request(closed.url + path, data=b"{}", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert (refused.value.code, json.load(refused.value)) == (403, {"message": "Forbidden"})


def test_a_policy_decides_about_an_access_key(closed: Server):
    administrator = ecr_as("administrator", closed)
    administrator.create_repository(repositoryName="denied/here")
    reader = ACCESS_KEYS["reader"][1].arn
    policy = {"Statement": [{"Effect": "Deny", "Principal": {"AWS": reader}, "Action": "ecr:ListImages"}]}
    administrator.set_repository_policy(repositoryName="denied/here", policyText=json.dumps(policy))
    with pytest.raises(ClientError, match="user/reader is not authorized"):
        ecr_as("reader", closed).list_images(repositoryName="denied/here")
    assert get(closed, "/v2/denied/here/tags/list", basic(*password_of("reader")))[0] == 403


def password_of(who: str) -> tuple[str, str]:
    key_id, key = ACCESS_KEYS[who]
    return key_id, key.secret


def test_below_v2_a_token_and_an_access_key_are_passwords(closed: Server):
    data = ecr_as("reader", closed).get_authorization_token()["authorizationData"][0]
    assert get(closed, "/v2/", f"Basic {data['authorizationToken']}")[0] == 200
    assert get(closed, "/v2/", basic(*password_of("reader")))[0] == 200
    assert get(closed, "/v2/", basic(password_of("reader")[0], "wrong"))[0] == 401


def test_below_v2_a_client_without_credentials_is_sent_to_the_servers_own_token_address(closed: Server):
    status, headers, _ = get(closed, "/v2/")
    realm = headers["WWW-Authenticate"].split('"')[1]
    assert (status, realm) == (401, f"{closed.url}/v2/token")
    status, _, body = get(closed, realm.removeprefix(closed.url) + "?service=x", basic(*password_of("reader")))
    assert status == 200
    assert get(closed, "/v2/", f"Bearer {body['token']}")[0] == 200


def test_health_is_told_to_everybody(closed: Server):
    assert get(closed, "/healthz")[0] == 200


def test_an_open_server_asks_nobody_and_takes_its_own_tokens(server: Server):
    data = server.ecr().get_authorization_token()["authorizationData"][0]
    assert get(server, "/v2/")[0] == 200
    assert get(server, "/v2/", f"Basic {data['authorizationToken']}")[0] == 200
    assert get(server, "/v2/", basic("AWS", "wrong"))[0] == 401


@pytest.mark.parametrize("require_auth", [False, True])
def test_the_first_lines_say_whether_the_server_is_open(tmp_path: Path, *, require_auth: bool):
    arguments = ["--require-auth", str(write_access_keys(tmp_path))] if require_auth else []
    with serving(tmp_path / "state", None, *arguments) as running:
        assert running.process.stdout is not None
        second = running.process.stdout.readline()
    assert second.startswith("Requests need a signature" if require_auth else "Everybody who reaches this address")


def test_a_file_that_is_none_of_access_keys_is_refused_before_anything_starts(tmp_path: Path):
    file = tmp_path / "keys.json"
    file.write_text("{}}")
    arguments = ["serve", "--port", "0", "--state", str(tmp_path / "s"), "--require-auth", str(file)]
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (1, "")
    assert "is not a file of access keys" in errors
    assert not (tmp_path / "s").exists()
