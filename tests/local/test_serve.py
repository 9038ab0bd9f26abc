"""`moorage serve` as a process: what it prints, what it keeps, and what it leaves behind (nothing)."""

import hashlib
import json
import os
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from moorage_local.engines.engines import Engines
from moorage_local.serve import OPEN

from tests.support import layers
from tests.support.engines import Server, processes_naming, serving, wait_until_none_names

LAYER = os.urandom(100_000)
DIGEST = layers.digest_of(LAYER)


def push(server: Server, repository: str) -> None:
    ecr = server.ecr()
    ecr.create_repository(repositoryName=repository)
    layers.push(ecr, repository, LAYER)


def download(server: Server, repository: str) -> bytes:
    url = server.ecr().get_download_url_for_layer(repositoryName=repository, layerDigest=DIGEST)["downloadUrl"]
    with urllib.request.urlopen(url) as response:
        return response.read()


def test_health_is_answered_with_200(server: Server):
    with urllib.request.urlopen(f"{server.url}/healthz") as response:
        assert response.status == 200
        assert json.load(response) == {"status": "ok"}


def test_a_path_without_a_route_is_not_found(server: Server):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.url}/nothing/here")
    assert refused.value.code == 404
    assert json.load(refused.value) == {"message": "Not Found"}


def test_a_pushed_layer_can_be_downloaded_through_its_url(server: Server):
    push(server, "serve/download")
    assert download(server, "serve/download") == LAYER


def test_a_body_of_28_megabytes_reaches_the_function(server: Server):
    """A part of 20 MiB is 28 MB of base64."""
    ecr = server.ecr()
    ecr.create_repository(repositoryName="serve/large")
    upload_id = ecr.initiate_layer_upload(repositoryName="serve/large")["uploadId"]
    part = bytes(20 * 1024 * 1024)
    answer = ecr.upload_layer_part(
        repositoryName="serve/large",
        uploadId=upload_id,
        partFirstByte=0,
        partLastByte=len(part) - 1,
        layerPartBlob=part,
    )
    assert answer["lastByteReceived"] == len(part) - 1


def test_a_part_of_21_mebibytes_meets_a_modelled_error(server: Server):
    ecr = server.ecr()
    ecr.create_repository(repositoryName="serve/too-large")
    upload_id = ecr.initiate_layer_upload(repositoryName="serve/too-large")["uploadId"]
    part = bytes(21 * 1024 * 1024)
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.upload_layer_part(
            repositoryName="serve/too-large",
            uploadId=upload_id,
            partFirstByte=0,
            partLastByte=len(part) - 1,
            layerPartBlob=part,
        )


def test_what_was_acknowledged_survives_a_stop_and_a_start(tmp_path: Path):
    with serving(tmp_path / "state") as first:
        push(first, "kept")
        upload_id = first.ecr().initiate_layer_upload(repositoryName="kept")["uploadId"]
        first.ecr().upload_layer_part(
            repositoryName="kept", uploadId=upload_id, partFirstByte=0, partLastByte=2, layerPartBlob=b"abc"
        )
        assert first.stop() == 0
    with serving(tmp_path / "state") as second:
        assert download(second, "kept") == LAYER
        completed = second.ecr().complete_layer_upload(
            repositoryName="kept",
            uploadId=upload_id,
            layerDigests=[f"sha256:{hashlib.sha256(b'abc').hexdigest()}"],
        )
        assert completed["layerDigest"] == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_code_0_and_no_process_is_left(tmp_path: Path, number: signal.Signals):
    with serving(tmp_path / "state") as server:
        assert len(processes_naming(str(tmp_path))) == 3, "the server, SeaweedFS and ministack"
        assert server.stop(number) == 0
        assert processes_naming(str(tmp_path)) == []
        assert server.process.stdout is not None
        assert server.process.stdout.read() == f"{OPEN}\n", "the second line says who may do what, and no more follows"


def test_killed_outright_it_takes_its_engines_with_it(tmp_path: Path):
    with serving(tmp_path / "state") as server:
        server.stop(signal.SIGKILL)
        assert wait_until_none_names(str(tmp_path)) == []


def test_a_second_server_on_the_same_state_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    with serving(tmp_path / "state"):
        with pytest.raises(RuntimeError, match="ended with"), serving(tmp_path / "state"):
            pass
        assert "another Moorage server is using" in capfd.readouterr().err


def test_several_servers_run_side_by_side(tmp_path: Path):
    with serving(tmp_path / "one") as one, serving(tmp_path / "two", None, "--host", "127.0.0.2") as two:
        push(one, "only/in-one")
        push(two, "only/in-two")
        for server, name in ((one, "only/in-one"), (two, "only/in-two")):
            listed = server.ecr().describe_repositories()["repositories"]
            assert [repository["repositoryName"] for repository in listed] == [name]
    assert two.url.startswith("http://127.0.0.2:")


def test_the_access_log_goes_to_stderr(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    with serving(tmp_path / "state", None, "--log-level", "info") as server:
        server.ecr().describe_repositories()
    assert re.search(r'INFO 127\.0\.0\.1 "POST / HTTP/1\.1" 200 .* DescribeRepositories', capfd.readouterr().err)


def test_endpoints_of_the_caller_replace_the_embedded_engines(tmp_path: Path, engines: Engines):
    theirs = {name: engines.variables[name] for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB")}
    theirs |= {"MOORAGE_BUCKET": "their-bucket", "MOORAGE_TABLE": "their-table"}
    with serving(tmp_path / "state", theirs) as server:
        assert len(processes_naming(str(tmp_path))) == 1, "the server and no engine"
        push(server, "elsewhere")
        assert download(server, "elsewhere") == LAYER
