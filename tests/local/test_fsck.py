"""`moorage fsck` as an operator types it, beside a running server and without one."""

import json
import subprocess
import sys
from pathlib import Path

import boto3

from tests.engines import Server, serving


def fsck(state: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "moorage_local", "fsck", "--state", str(state), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def plant(server: Server) -> None:
    variables = json.loads((server.state / "environment.json").read_text())
    s3 = boto3.client(
        "s3",
        endpoint_url=variables["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    s3.put_object(Bucket=variables["MOORAGE_BUCKET"], Key="blobs/000000000000/stray", Body=b"x")


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
        [sys.executable, "-m", "moorage_local", "fsck"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin", "HOME": str(tmp_path)},
    )
    assert named.returncode == 2
    assert "MOORAGE_TABLE is not set" in named.stderr
