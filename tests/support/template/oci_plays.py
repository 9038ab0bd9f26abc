"""What the function of the OCI API is made to do while its calls are recorded."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.driver.answers import Answer
from tests.support.driver.requests import oci_request
from tests.support.faults.registry import LocalRegistry
from tests.support.faults.scenarios import SMALL_PARTS, repository_name
from tests.support.layers import digest_of
from tests.support.template.plays import Stage, take_keys_from_secret

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Docker:
    """A client of the OCI API."""

    def __init__(self, part_size_bytes: int = 10 * 1024 * 1024) -> None:
        self.local, self.name = LocalRegistry(part_size_bytes, from_now=True), repository_name()
        self.local.must("CreateRepository", repositoryName=self.name)
        take_keys_from_secret(self.local)

    @property
    def stage(self) -> Stage:
        """The same repository for the other functions."""
        return Stage(self.local, self.name)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request below /v2/ that succeeds."""
        answered = self.local.send(oci_request(method, f"/v2/{path}", body, **headers))
        assert answered.response.status < 400, answered.response.body
        return Answer.of_response(answered.response)

    def start(self) -> str:
        """A new session, as a path."""
        return _path(self.ask("POST", f"{self.name}/blobs/uploads/"))

    def push(self, *chunks: bytes, before_completion: Callable[[str], None] | None = None) -> str:
        """A blob in PATCHes and an empty PUT; its digest. `before_completion` gets the upload's id."""
        session, upload_id = self.start(), ""
        for chunk in chunks:
            patched = self.ask("PATCH", session, chunk)
            session, upload_id = _path(patched), patched.headers["docker-upload-uuid"]
        if before_completion is not None:
            before_completion(upload_id)
        digest = digest_of(b"".join(chunks))
        self.ask("PUT", f"{session}?digest={digest}")
        return digest


def _path(answer: Answer) -> str:
    return answer.location.removeprefix("/v2/")


def _layer(size_bytes: int = 1024) -> bytes:
    return uuid.uuid4().bytes * (size_bytes // 16)


def an_image_and_every_read(docker: Docker) -> None:
    """Pushed in both ways, mounted, tagged, listed, read."""
    docker.ask("GET", "")
    whole = _layer()
    digest = digest_of(whole)
    docker.ask("PUT", f"{docker.start()}?digest={digest}", whole)
    config = docker.push(_layer())
    session = _path(docker.ask("PATCH", docker.start(), b"a"))
    docker.ask("GET", session)
    docker.ask("DELETE", session)
    described = [{"mediaType": "application/octet-stream", "digest": each, "size": 1024} for each in (config, digest)]
    for padding in ("", "x" * 300_000):  # the second one is too large for its record
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}
        content = json.dumps({**manifest, "annotations": {"padding": padding}}).encode()
        docker.ask("PUT", f"{docker.name}/manifests/latest", content, content_type=MANIFEST)
        docker.ask("GET", f"{docker.name}/manifests/latest")
        docker.ask("HEAD", f"{docker.name}/manifests/latest")
    docker.ask("HEAD", f"{docker.name}/blobs/{digest}")
    docker.ask("GET", f"{docker.name}/blobs/{digest}")
    docker.ask("GET", f"{docker.name}/tags/list")
    docker.ask("GET", "_catalog")
    other = repository_name()
    docker.local.must("CreateRepository", repositoryName=other)
    docker.ask("POST", f"{other}/blobs/uploads/?mount={digest}&from={docker.name}")


def a_layer_that_was_sent_straight_to_s3(docker: Docker) -> None:
    """Its object has a key of direct uploads."""
    upload = docker.stage.sent_to_s3()
    docker.stage.direct("POST", f"/direct-uploads/{upload['uploadId']}/completion")
    docker.ask("GET", f"{docker.name}/blobs/{upload['layerDigest']}")


def a_layer_in_small_chunks(docker: Docker) -> None:
    """Joined to tails, some of which end the layer."""
    docker.push(*(_layer(SMALL_PARTS) for _ in range(3)))


def a_damaged_upload(docker: Docker) -> None:
    """Its hash state is lost, or one of its parts was overwritten."""
    docker.push(_layer(), before_completion=docker.local.lose_hash_state)
    with pytest.raises(AssertionError, match="DIGEST_INVALID"):  # this S3 does not tell the checksums of parts
        docker.push(_layer(12 * 1024 * 1024), before_completion=docker.local.overwrite_part)


def a_verification_without_time(docker: Docker) -> None:
    """It is handed over to the queue."""
    verification = replace(docker.local.ports.limits.verification, budget_seconds=-1.0)
    docker.local.ports = replace(
        docker.local.ports, limits=replace(docker.local.ports.limits, verification=verification)
    )
    with pytest.raises(AssertionError, match="TOOMANYREQUESTS"):
        docker.push(_layer(), before_completion=docker.local.lose_hash_state)


def play_oci() -> None:
    """All of it, and what follows from it."""
    for play, part_size_bytes in (
        (an_image_and_every_read, 10 * 1024 * 1024),
        (a_layer_that_was_sent_straight_to_s3, 10 * 1024 * 1024),
        (a_layer_in_small_chunks, SMALL_PARTS),
        (a_damaged_upload, 10 * 1024 * 1024),
        (a_verification_without_time, 10 * 1024 * 1024),
    ):
        docker = Docker(part_size_bytes)
        play(docker)
        docker.local.reap()
