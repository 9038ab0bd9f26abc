"""What happens at the local server while nobody calls it: expired uploads go, direct uploads are completed."""

import hashlib
import json
import os
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from tests.support.engines import Server, serving

PATIENCE_SECONDS = 60


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return met


def call(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}, method=method)) as response:
        return response.read()


def embedded_s3(server: Server) -> Any:
    port = json.loads((server.state / "s3" / "ports.json").read_text())["s3.port"]
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")


def test_an_upload_that_expires_leaves_nothing_in_the_bucket(tmp_path: Path):
    with serving(tmp_path / "state", {"MOORAGE_UPLOAD_LIFETIME_SECONDS": "4"}, "--sweep-seconds", "0.5") as server:
        ecr, s3 = server.ecr(), embedded_s3(server)
        ecr.create_repository(repositoryName="events/expired")
        upload_id = ecr.initiate_layer_upload(repositoryName="events/expired")["uploadId"]
        part = os.urandom(5 * 1024 * 1024)
        ecr.upload_layer_part(
            repositoryName="events/expired",
            uploadId=upload_id,
            partFirstByte=0,
            partLastByte=len(part) - 1,
            layerPartBlob=part,
        )

        def nothing_is_left() -> bool:
            return "Uploads" not in s3.list_multipart_uploads(Bucket="moorage-layers")

        assert not nothing_is_left()
        assert eventually(nothing_is_left)


def test_a_direct_upload_is_completed_by_s3s_own_event(server: Server):
    server.ecr().create_repository(repositoryName="events/direct")
    layer = os.urandom(200_000)
    digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    wanted = {"repositoryName": "events/direct", "layerDigest": digest, "layerSize": len(layer)}
    upload = json.loads(call("POST", f"{server.url}/direct-uploads", json.dumps(wanted).encode()))
    (part,) = upload["parts"]
    with urllib.request.urlopen(urllib.request.Request(part["url"], layer, method="PUT")) as stored:
        etag = stored.headers["ETag"]
    listed = f"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>"
    xml = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    call("POST", upload["completionUrl"], xml, upload["completionHeaders"])

    def it_is_there() -> bool:
        found = server.ecr().batch_check_layer_availability(repositoryName="events/direct", layerDigests=[digest])
        return found["layers"][0]["layerAvailability"] == "AVAILABLE"

    assert eventually(it_is_there)
    url = server.ecr().get_download_url_for_layer(repositoryName="events/direct", layerDigest=digest)["downloadUrl"]
    assert call("GET", url) == layer
