"""No writer of ours can replace an object: every request that makes one says so, as the bucket's policy demands."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from moorage.usecases.ports import Ports
from moorage.usecases.ports.verification import ReceivedByS3

from tests.support.records import REGISTRY_ID, upload

BODY = b"some bytes"
HASH = sha256(BODY).digest()


def tail(ports: Ports, of: Any) -> None:
    ports.content.put_tail(of, 1, BODY, HASH)


def whole(ports: Ports, of: Any) -> None:
    ports.content.put_object(of, [BODY], len(BODY), HASH)


def relayed(ports: Ports, of: Any) -> None:
    ports.content.complete_multipart(of, [])


def direct(ports: Ports, of: Any) -> None:
    ports.direct.complete_multipart(of, [ReceivedByS3(1, "e", 1)])


def manifest(ports: Ports, of: Any) -> None:
    ports.manifests.put_manifest(of.object_key, BODY, of.encryption)


@pytest.mark.parametrize("ports", ["moto"], indirect=True)  # what matters is what is sent
@pytest.mark.parametrize("write", [tail, whole, relayed, direct, manifest])
def test_a_request_that_makes_an_object_never_replaces_one(ports: Ports, name: str, write: Callable[..., None]):
    sent: list[Any] = []

    class StoppedError(Exception):
        pass

    def stop(request: Any, **_: Any) -> None:
        sent.append(request)
        raise StoppedError

    events = [each._client.meta.events for each in (ports.content, ports.direct, ports.manifests)]
    for event in events:
        event.register("before-send.s3", stop, unique_id="written-once")
    try:
        with pytest.raises(Exception):  # noqa: B017, PT011 - the stop, as botocore or the adapter hands it on
            write(ports, upload(name, object_key=f"blobs/{REGISTRY_ID}/{name}"))
    finally:
        for event in events:
            event.unregister("before-send.s3", unique_id="written-once")
    assert sent
    assert {request.headers.get("If-None-Match") for request in sent} <= {b"*", "*"}


@pytest.mark.parametrize("ports", ["moto"], indirect=True)
def test_presigned_requests_that_make_an_object_have_the_condition_in_their_signature(ports: Ports, name: str):
    of = upload(name)
    for request in (ports.direct.completion_request(of), ports.direct.put_request(of, HASH, len(BODY))):
        assert request.headers["If-None-Match"] == "*"
        signed = request.url.partition("X-Amz-SignedHeaders=")[2].partition("&")[0].split("%3B")
        assert {header.lower() for header in request.headers} <= set(signed)
