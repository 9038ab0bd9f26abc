"""`moorage fsck` as an operator types it, beside a running server and without one."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from moorage_cli.fsck_command import OUTPUTS, _variables_of_stack
from moorage_local.engines.process import EngineError

from tests.support.engines import Server, bucket_of, serving


def fsck(state: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "moorage_cli", "fsck", "--state", str(state), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def plant(server: Server) -> None:
    s3, bucket = bucket_of(server)
    s3.put_object(Bucket=bucket, Key="blobs/000000000000/stray", Body=b"x")


def test_fsck_tells_by_its_status_reports_json_and_repairs(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serving(state) as server:
        clean = fsck(state)
        assert clean.returncode == 0, clean.stderr
        assert "Nothing is wrong" in clean.stdout
        plant(server)
        found = fsck(state, "--json")
        assert found.returncode == 1
        assert [(each["fault"], each["repaired"]) for each in json.loads(found.stdout)] == [("unneeded-object", False)]
        assert server.stop() == 0
    # Nobody serves now: fsck starts the engines by itself, and what was planted has survived.
    repaired = fsck(state, "--repair", "--verify")
    assert repaired.returncode == 0, repaired.stderr
    assert "removed" in repaired.stdout
    assert fsck(state).returncode == 0


def test_fsck_without_a_registry_says_what_it_needs(tmp_path: Path) -> None:
    named = subprocess.run(
        [sys.executable, "-m", "moorage_cli", "fsck"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin", "HOME": str(tmp_path)},
    )
    assert named.returncode == 2
    assert "MOORAGE_TABLE is not set" in named.stderr


def test_a_directory_that_no_server_used_is_refused_and_left_alone(tmp_path: Path) -> None:
    missing = tmp_path / "mistyped"
    assert fsck(missing).returncode == 2
    assert not missing.exists()
    named = fsck(tmp_path)
    assert named.returncode == 2
    assert "is not the state directory" in named.stderr
    assert not list(tmp_path.iterdir())


def test_what_keeps_a_stack_from_being_looked_at_is_told_in_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "moorage_cli", "fsck", "--stack", "moorage"]
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    refused = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert refused.returncode == 2
    assert refused.stderr == "moorage: You must specify a region.\n"


def described(monkeypatch: pytest.MonkeyPatch, **members: list[dict[str, str]]) -> None:
    """CloudFormation answers with a stack of these members."""
    client = boto3.client("cloudformation", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    stack = {"StackName": "moorage", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE", **members}
    stubber = Stubber(client)
    stubber.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "moorage"})
    stubber.activate()
    monkeypatch.setattr(boto3, "client", lambda _: client)


def test_a_stack_is_known_by_its_outputs_and_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = [{"OutputKey": name, "OutputValue": f"the-{name}"} for name in (*OUTPUTS, "Endpoint")]
    parameters = [{"ParameterKey": "BlobGraceSeconds", "ParameterValue": "7200"}]
    described(monkeypatch, Outputs=outputs, Parameters=parameters)
    assert _variables_of_stack("moorage") == {
        "MOORAGE_TABLE": "the-TableName",
        "MOORAGE_BUCKET": "the-BucketName",
        "MOORAGE_REGISTRY_ID": "the-RegistryId",
        "MOORAGE_BLOB_GRACE_SECONDS": "7200",
    }


def test_a_stack_of_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    described(monkeypatch)
    with pytest.raises(EngineError, match="not a Moorage stack: it has no output BucketName, RegistryId, TableName"):
        _variables_of_stack("moorage")
