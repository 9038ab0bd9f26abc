"""What comes in the Authorization header under /v2/: whose it is, and the answer where it is nobody's."""

import base64
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from moorage.domain.caller import ANONYMOUS, Access, Caller, Scope
from moorage.domain.registry import Registry
from moorage.domain.token import LIFETIME_SECONDS, TokenKey, issue_token, sign_token
from moorage.usecases.ports.policies import NewPolicy
from moorage.wire.http import HttpResponse
from moorage.wire.oci.protocol import answer

from tests.support.callers import caller, owner
from tests.support.driver.requests import oci_request
from tests.support.driver.transports import read_request
from tests.support.fakes.world import REGISTRY_ID, World

REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "registry.example")
OWNER = owner(REGISTRY_ID)
PUBLIC = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]})
READER = caller(f"arn:aws:iam::{REGISTRY_ID}:user/reader")


@pytest.fixture
def world() -> World:
    made = World()
    for name in ("team-a/web", "team-b/web", "public/web"):
        made.create(name)
    public = made.create("public/open")
    made.ports.policies.set_repository_policy(public, NewPolicy(text=PUBLIC, set_by="", set_at=0))
    return made


def token(world: World, access: Access = Access.ADMINISTER, pattern: str = "*", *, who: Caller = OWNER) -> str:
    return sign_token(issue_token(who, Scope(access, pattern), world.clock.now), world.ports.token_keys[0])


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def accounts(user: str, password: str) -> Caller | None:
    return READER if (user, password) == ("AKREADER", "secret") else None


def ask(
    world: World,
    path: str,
    authorization: str = "",
    *,
    method: str = "GET",
    body: str = "",
    known: Caller = ANONYMOUS,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    sent = {"host": "registry.example", "x-forwarded-proto": "https", **(headers or {})}
    credentials = {"authorization": authorization} if authorization else {}
    request = oci_request(method, path, body.encode(), **sent, **credentials).by(known)
    return answer(read_request(request), REGISTRY, world.ports, accounts).response


def bearer(world: World, authorization: str, scope: str) -> str:
    answered = ask(world, f"/v2/token?scope={scope}", authorization)
    assert answered.status == 200
    return "Bearer " + json.loads(answered.body)["token"]


@pytest.mark.parametrize(("known", "status"), [(OWNER, 200), (ANONYMOUS, 401)])
def test_a_signature_counts_only_where_api_gateway_tells_whose_it_is(world: World, known: Caller, status: int):
    signature = "AWS4-HMAC-SHA256 Credential=AKID/20261125/eu-west-1/execute-api/aws4_request, Signature=00"
    assert ask(world, "/v2/team-a/web/tags/list", signature, known=known).status == status


@pytest.mark.parametrize("path", ["/v2/", "/v2", "/v2/_catalog", "/v2/team-a/web/tags/list"])
def test_without_credentials_a_client_is_told_where_it_gets_a_token(world: World, path: str):
    answered = ask(world, path)
    assert answered.status == 401
    assert json.loads(answered.body)["errors"][0]["code"] == "UNAUTHORIZED"
    assert answered.headers["WWW-Authenticate"].startswith(
        'Bearer realm="https://registry.example/v2/token",service="registry.example"'
    )
    assert "error=" not in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v2/team-a/web/tags/list", "repository:team-a/web:pull"),
        ("GET", "/v2/team-a/web/manifests/v1", "repository:team-a/web:pull"),
        ("POST", "/v2/team-a/web/blobs/uploads/", "repository:team-a/web:pull,push"),
        ("PUT", "/v2/team-a/web/manifests/v1", "repository:team-a/web:pull,push"),
        ("GET", "/v2/_catalog", "registry:catalog:*"),
    ],
)
def test_a_challenge_names_the_scope_that_the_request_needs(world: World, method: str, path: str, scope: str):
    body = '{"schemaVersion": 2}' if method == "PUT" else ""
    headers = {"content-type": "application/vnd.oci.image.manifest.v1+json"}
    for authorization in ("", "Bearer nonsense"):
        answered = ask(world, path, authorization, method=method, body=body, headers=headers)
        assert answered.status == 401
        assert f',scope="{scope}"' in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize("host", ["", 'a"b', "a b", "x,y", "[::1", "a:123456", "a\r\nb"])
def test_a_host_that_is_none_is_not_repeated_in_a_challenge(world: World, host: str):
    answered = ask(world, "/v2/", headers={"host": host})
    assert 'realm="https://registry.example/v2/token"' in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize("name", ["a%22b", "a%0D%0Ab", "A", "%C3%A9"])
def test_a_name_that_is_none_is_not_repeated_in_a_challenge(world: World, name: str):
    answered = ask(world, f"/v2/{name}/tags/list", "Bearer nonsense")
    assert "scope" not in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize("host", ["127.0.0.1:4510", "[::1]:4510", "registry.team-a.example"])
def test_the_address_for_tokens_is_the_one_by_which_the_client_came(world: World, host: str):
    answered = ask(world, "/v2/", headers={"host": host, "x-forwarded-proto": "http"})
    assert f'realm="http://{host}/v2/token",service="{host}"' in answered.headers["WWW-Authenticate"]


def test_a_token_is_a_password_and_a_bearer_token(world: World):
    text = token(world)
    password = basic("AWS", text)
    for authorization in (password, f"Bearer {text}", f"bearer  {text}", bearer(world, password, "")):
        assert ask(world, "/v2/", authorization).status == 200


def test_an_account_of_the_entry_point_is_asked_by_its_name_and_password(world: World):
    assert ask(world, "/v2/", basic("AKREADER", "secret")).status == 200
    for user, password in (("AKREADER", "wrong"), ("AKOTHER", "secret"), ("", "secret"), ("AWS", "secret")):
        assert ask(world, "/v2/", basic(user, password)).status == 401


def test_whom_the_entry_point_knows_needs_no_credentials_and_a_bad_token_is_refused_all_the_same(world: World):
    assert ask(world, "/v2/", known=OWNER).status == 200
    assert ask(world, "/v2/team-a/web/tags/list", known=OWNER).status == 200
    assert ask(world, "/v2/", "Bearer nonsense", known=OWNER).status == 401


def bad_tokens(world: World) -> dict[str, str]:
    good, now = token(world), world.clock.now
    issued = issue_token(OWNER, Scope(Access.ADMINISTER, "*"), now)
    key = world.ports.token_keys[0]
    head, payload = good.split(".")[1:3]
    return {
        "empty": "",
        "no token": "secret",
        "truncated": good[:-1],
        "half": good[: len(good) // 2],
        "changed": good[:-3] + ("AAA" if good[-3:] != "AAA" else "BBB"),
        "expired": sign_token(replace(issued, issued_at=int(now) - LIFETIME_SECONDS, expires_at=int(now)), key),
        "of the future": sign_token(replace(issued, issued_at=int(now) + 301, expires_at=int(now) + 400), key),
        "of another registry": sign_token(issued, TokenKey(key.key_id, b"o" * 32)),
        "of an unknown key": sign_token(issued, TokenKey("unknown", key.secret)),
        "unsigned": f"moorage1.{head}.{payload}.",
        "JWT without an algorithm": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.",
        "too long": good * 90,
    }


@pytest.mark.parametrize("what", bad_tokens(World()))
def test_a_bad_token_is_refused_in_every_place_with_the_same_words(world: World, what: str):
    text = bad_tokens(world)[what]
    form = urlencode({"grant_type": "password", "username": "AWS", "password": text, "scope": "repository:a/b:pull"})
    answers = [
        ask(world, "/v2/", f"Bearer {text}"),
        ask(world, "/v2/", basic("AWS", text)),
        ask(world, "/v2/public/open/manifests/v1", f"Bearer {text}"),
        ask(world, "/v2/token", basic("AWS", text)),
        ask(world, "/v2/token", method="POST", body=form),
    ]
    assert [answered.status for answered in answers] == [401] * 5
    assert len({answered.body for answered in answers}) == 1
    assert all('error="invalid_token"' in answered.headers["WWW-Authenticate"] for answered in answers)


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !", "Basic " + base64.b64encode(b"AWS").decode(), "Basic " + base64.b64encode(b"\xff:x").decode(),
     "Digest a", "AWS4-HMAC-SHA256 Credential=x", "Bearer", "nonsense", " "],
)  # fmt: skip
def test_an_invalid_authorization_header_is_refused(world: World, authorization: str):
    """Also where nobody needs credentials: who sends some is not anonymous."""
    for path in ("/v2/", "/v2/public/open/manifests/v1"):
        assert ask(world, path, authorization).status == 401


def test_an_empty_name_and_password_are_no_credentials(world: World):
    answered = ask(world, "/v2/", basic("", ""))
    assert "error=" not in answered.headers["WWW-Authenticate"]


def test_a_pull_token_pulls_and_is_refused_a_push(world: World):
    pull = basic("AWS", token(world, Access.PULL, "team-a/*"))
    assert ask(world, "/v2/team-a/web/tags/list", pull).status == 200
    assert ask(world, "/v2/team-a/web/blobs/uploads/", pull, method="POST").status == 403
    assert ask(world, "/v2/team-b/web/tags/list", pull).status == 403


def test_a_client_whose_bearer_token_does_not_cover_a_request_is_told_to_get_another_one(world: World):
    password = basic("AWS", token(world))
    text = bearer(world, password, "repository:team-a/web:pull")
    assert ask(world, "/v2/team-a/web/tags/list", text).status == 200
    refused = ask(world, "/v2/team-a/web/blobs/uploads/", text, method="POST")
    assert refused.status == 401
    assert 'scope="repository:team-a/web:pull,push",error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    again = bearer(world, password, "repository:team-a/web:pull,push")
    assert ask(world, "/v2/team-a/web/blobs/uploads/", again, method="POST").status == 202


def test_a_policys_deny_holds_for_a_token_that_was_given_before(world: World):
    text = bearer(world, basic("AWS", token(world)), "repository:team-a/web:pull,push")
    deny = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:ListImages"}]})
    repository = world.ports.repositories.get(world.repository_id("team-a/web"))
    assert repository is not None
    world.ports.policies.set_repository_policy(repository, NewPolicy(text=deny, set_by="", set_at=0))
    assert ask(world, "/v2/team-a/web/tags/list", text).status == 403


def test_an_anonymous_client_pulls_what_is_public_and_nothing_else(world: World):
    text = bearer(world, "", "repository:public/open:pull,push")
    for authorization in ("", text, basic("", "")):
        assert ask(world, "/v2/public/open/manifests/v1", authorization).status == 404  # there is no such image
        assert ask(world, "/v2/public/open/blobs/uploads/", authorization, method="POST").status == 401
        for private in ("public/web", "team-a/web", "not/there"):
            assert ask(world, f"/v2/{private}/manifests/v1", authorization).status == 401
    assert ask(world, "/v2/", text).status == 200


def test_not_there_and_not_public_are_the_same_to_an_anonymous_client(world: World):
    bodies = {ask(world, f"/v2/{name}/manifests/v1").body.replace(name, "") for name in ("team-a/web", "not/there")}
    assert len(bodies) == 1


def test_a_form_gets_the_same_token_as_a_query(world: World):
    form = {"grant_type": "password", "service": "x", "client_id": "y", "username": "AWS", "password": token(world)}
    body = urlencode({**form, "scope": "repository:team-a/web:pull repository:team-b/web:pull"})
    answered = ask(world, "/v2/token", method="POST", body=body)
    text = "Bearer " + json.loads(answered.body)["access_token"]
    for name in ("team-a/web", "team-b/web"):
        assert ask(world, f"/v2/{name}/tags/list", text).status == 200
    assert ask(world, "/v2/public/web/tags/list", text).status == 401
    assert answered.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("grant_type=refresh_token&refresh_token=x", 400),
        ("\xff", 200),  # a form without a field is an anonymous caller's
        ("a=" + "b" * 70_000, 400),
        ("username=AKREADER&password=secret", 200),
        ("username=AKREADER&password=wrong", 401),
        ("username=AWS", 401),
    ],
)
def test_other_forms(world: World, body: str, status: int):
    assert ask(world, "/v2/token", method="POST", body=body).status == status


def test_a_token_for_too_many_repositories_is_refused(world: World):
    scope = " ".join(f"repository:a{number}:pull" for number in range(9))
    answered = ask(world, f"/v2/token?scope={scope}", basic("AWS", token(world)))
    assert answered.status == 400


def names(answered: HttpResponse) -> list[str]:
    assert answered.status == 200
    return list(json.loads(answered.body)["repositories"])


def test_the_catalog_shows_what_the_caller_may_list(world: World):
    assert names(ask(world, "/v2/_catalog", basic("AWS", token(world)))) == [
        "public/open", "public/web", "team-a/web", "team-b/web",
    ]  # fmt: skip
    scoped = basic("AWS", token(world, Access.PULL, "team-a/*"))
    assert names(ask(world, "/v2/_catalog", scoped)) == ["team-a/web"]
    text = bearer(world, scoped, "registry:catalog:*")
    assert names(ask(world, "/v2/_catalog", text)) == ["team-a/web"]
    assert ask(world, "/v2/team-a/web/manifests/v1", text).status == 401  # a token for names is none for images
    assert ask(world, "/v2/_catalog", bearer(world, scoped, "")).status == 401


@pytest.mark.parametrize("action", ["ecr:DescribeRepositories", "ecr:ListImages"])
def test_the_catalog_leaves_out_what_a_policy_hides_and_its_pages_do_not_name_it(world: World, action: str):
    deny = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": action}]})
    for name in ("public/open", "team-a/web"):
        repository = world.ports.repositories.get(world.repository_id(name))
        assert repository is not None
        world.ports.policies.set_repository_policy(repository, NewPolicy(text=deny, set_by="", set_at=0))
    password = basic("AWS", token(world))
    first = ask(world, "/v2/_catalog?n=1", password)
    assert names(first) == ["public/web"]
    assert first.headers["Link"] == '</v2/_catalog?n=1&last=public%2Fweb>; rel="next"'
    second = ask(world, "/v2/_catalog?n=1&last=public/web", password)
    assert names(second) == ["team-b/web"]
