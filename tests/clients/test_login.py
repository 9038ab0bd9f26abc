"""Logins and their limits, by clients that other people wrote, on a server that asks for credentials."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import pytest
from moorage_client.registry_password import get_password

from tests.support.access_keys import ACCESS_KEYS, closed_server, ecr_as
from tests.support.clients.client import Client
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.podman import Buildah, Podman
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server

pytestmark = pytest.mark.clients
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
PUBLIC = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": PULL}]}


@pytest.fixture(scope="module")
def closed() -> Iterator[Server]:
    """A server that asks everybody who they are."""
    with closed_server() as running:
        yield running


@contextmanager
def fresh(kind: type[Client], server: Server) -> Iterator[Client]:
    """A client that has logged in nowhere."""
    with TemporaryDirectory(prefix="c-") as home:
        yield kind(Path(home), server.url.removeprefix("http://"))


@pytest.fixture(params=[Skopeo, Podman, Buildah], ids=lambda kind: kind.__name__.lower())
def client(request: Any, closed: Server) -> Iterator[Client]:
    """Each of the clients, for the server that asks."""
    with fresh(request.param, closed) as made:
        yield made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """An image with a layer of 1 KB."""
    return build_image(tmp_path_factory.mktemp("small") / "layout", [1000], "login")


@pytest.fixture
def as_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's default credentials are the administrator's."""
    key_id, key = ACCESS_KEYS["administrator"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the credentials of earlier tests


def digest_in(client: Client, image: OciImage) -> str:
    return image.digest if client.sends_layers_unchanged else image.config


@pytest.mark.usefixtures("as_administrator")
def test_a_client_logs_in_with_a_token_and_pushes_and_pulls(client: Client, closed: Server, small: OciImage):
    client.load(small)
    password = get_password(closed.url)
    client.log_in(password.user, password.secret)
    client.push(small, f"{client.program}/login:v1")
    assert client.pull(f"{client.program}/login:v1") == digest_in(client, small)


def test_a_client_logs_in_with_an_access_key(client: Client, small: OciImage):
    client.load(small)
    key_id, key = ACCESS_KEYS["administrator"]
    client.log_in(key_id, key.secret)
    client.push(small, f"{client.program}/key:v1")


def test_a_wrong_password_is_refused_at_the_login(client: Client):
    with pytest.raises(AssertionError, match=r"invalid username/password|unauthorized"):
        client.log_in("AWS", "moorage1.wrong.token.here")


def test_without_a_login_nothing_is_pushed(client: Client, small: OciImage):
    client.load(small)
    with pytest.raises(AssertionError, match="requested access to the resource is denied"):
        client.push(small, f"{client.program}/nobody:v1")


@pytest.mark.usefixtures("as_administrator")
def test_a_token_for_pulling_pulls_and_does_not_push(client: Client, closed: Server, small: OciImage):
    client.load(small)
    name = f"{client.program}/scoped:v1"
    everything, pull = get_password(closed.url), get_password(closed.url, f"pull/{client.program}/*")
    client.log_in(everything.user, everything.secret)
    client.push(small, name)
    client.log_in(pull.user, pull.secret)
    assert client.pull(name) == digest_in(client, small)
    with pytest.raises(AssertionError, match="requested access to the resource is denied"):
        client.push(small, f"{client.program}/scoped:v2")


@pytest.mark.usefixtures("as_administrator")
def test_what_a_policy_makes_public_is_pulled_without_a_login(client: Client, closed: Server, small: OciImage):
    client.load(small)
    repository = f"{client.program}/public"
    password = get_password(closed.url)
    client.log_in(password.user, password.secret)
    client.push(small, f"{repository}:v1")
    with fresh(type(client), closed) as anonymous:
        with pytest.raises(AssertionError, match="not authorized to perform"):
            anonymous.pull(f"{repository}:v1")
        ecr_as("administrator", closed).set_repository_policy(repositoryName=repository, policyText=json.dumps(PUBLIC))
        assert anonymous.pull(f"{repository}:v1") == digest_in(client, small)


def test_the_credential_helper_gets_passwords_by_itself(client: Client, small: OciImage):
    client.load(small)
    key_id, key = ACCESS_KEYS["administrator"]
    client.use_credential_helper(AWS_ACCESS_KEY_ID=key_id, AWS_SECRET_ACCESS_KEY=key.secret)
    client.push(small, f"{client.program}/helped:v1")
    assert client.pull(f"{client.program}/helped:v1") == digest_in(client, small)


@pytest.mark.parametrize("kind", [Skopeo, Podman, Buildah])
def test_an_open_server_takes_a_login_with_its_token_and_no_login(kind: type[Client], server: Server, small: OciImage):
    with fresh(kind, server) as made:
        made.load(small)
        made.push(small, f"{made.program}/open:v1")
        password = get_password(server.url)
        made.log_in(password.user, password.secret)
        made.push(small, f"{made.program}/open:v2")
