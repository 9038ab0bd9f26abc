"""`moorage serve --registry-id`: the whole stack belongs to that account, and keeps it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import layers
from tests.support.command import run
from tests.support.engines import serving

ACCOUNT = "123456789012"


def test_everything_of_the_stack_belongs_to_the_account_that_was_chosen(tmp_path: Path):
    with serving(tmp_path / "state", None, "--registry-id", ACCOUNT) as server:
        ecr = server.ecr()
        created = ecr.create_repository(repositoryName="app", encryptionConfiguration={"encryptionType": "KMS"})[
            "repository"
        ]
        assert created["registryId"] == ACCOUNT
        assert created["repositoryArn"] == f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"
        assert ecr.describe_registry()["registryId"] == ACCOUNT
        layers.push(ecr, "app", b"content")
        # Only the registry's own account may do what no policy allows.
        only_ours = {"Effect": "Deny", "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "ecr:*"}
        ecr.set_repository_policy(
            repositoryName="app",
            policyText=json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "ours", **only_ours}]}),
        )
        assert ecr.describe_repositories(repositoryNames=["app"], registryId=ACCOUNT)["repositories"]
        with pytest.raises(ecr.exceptions.ClientError):
            ecr.describe_repositories(repositoryNames=["app"], registryId="000000000000")


def test_a_later_start_keeps_the_account_and_refuses_another_one(tmp_path: Path):
    state = tmp_path / "state"
    with serving(state, None, "--registry-id", ACCOUNT) as server:
        server.ecr().create_repository(repositoryName="kept")
    with serving(state) as server:
        [kept] = server.ecr().describe_repositories()["repositories"]
        assert (kept["registryId"], kept["repositoryName"]) == (ACCOUNT, "kept")
    status, output, errors = run(
        "serve", "--port", "0", "--state", str(state), "--registry-id", "210987654321", state=tmp_path
    )
    assert (status, output) == (1, "")
    assert errors == (
        f"moorage: {state} holds the registry {ACCOUNT}; --registry-id 210987654321 needs another --state\n"
    )
    status, output, errors = run("fsck", "--state", str(state), state=tmp_path)
    assert (status, "Nothing is wrong" in output) == (0, True), errors


def test_a_state_of_an_earlier_version_has_the_default_account(tmp_path: Path):
    (tmp_path / "state" / "dynamodb").mkdir(parents=True)
    status, _, errors = run(
        "serve", "--port", "0", "--state", str(tmp_path / "state"), "--registry-id", ACCOUNT, state=tmp_path
    )
    assert status == 1
    assert "holds the registry 000000000000" in errors


@pytest.mark.parametrize("wanted", ["12345678901", "1234567890123", "12345678901x", "\uff11" * 12, ""])
@pytest.mark.parametrize("how", [[], ["--background"]])
def test_an_id_that_is_not_12_digits_is_refused_before_anything_starts(tmp_path: Path, wanted: str, how: list[str]):
    arguments = ["serve", *how, "--port", "0", "--state", str(tmp_path / "state"), "--registry-id", wanted]
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (1, "")
    assert errors.startswith("moorage: a registry id has 12 digits")
    assert not (tmp_path / "state").exists()


def test_boto3_finds_it_by_the_environment_alone(tmp_path: Path):
    """AWS_ENDPOINT_URL_ECR, as docs/operate/testing.md has it: code under test makes its own client."""
    program = "import boto3; print(boto3.client('ecr').create_repository(repositoryName='app')['repository'])"
    with serving(tmp_path / "state", None, "--registry-id", ACCOUNT) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL_ECR": server.url,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "thing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        finished = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert f"'registryId': '{ACCOUNT}'" in finished.stdout, finished.stderr
