"""The steps of the demo, with a plain boto3 client: push, fetch, compare, and two requests that must be refused."""

import hashlib
import time
import urllib.request
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from moorage_local.demo.console import bar, done, mib, rate
from moorage_local.demo.layer import DemoLayer, layer_of

REPOSITORY = "demo/python-packages"
WRONG_DIGEST = f"sha256:{'0' * 64}"


class DemoError(Exception):
    """A step of the demo failed; the message says which one."""


def push(ecr: Any, layer: DemoLayer) -> dict[str, str]:
    """Push the layer part by part and complete it; returns what was measured."""
    ecr.create_repository(repositoryName=REPOSITORY)
    started = time.perf_counter()
    upload_id, parts = upload(ecr, layer, "Pushing")
    pushed = time.perf_counter()
    answer = complete(ecr, upload_id, layer.digest)
    completed = time.perf_counter()
    expect(answer == layer.digest, f"CompleteLayerUpload answered {answer} for {layer.digest}")
    done(f"pushed {parts} parts and completed {layer.digest[:19]}…")
    return {
        "layer": f"{layer.files:,} files, {mib(layer.size_bytes)} in {parts} parts",
        "digest": layer.digest,
        "push": rate(layer.size_bytes, pushed - started),
        "CompleteLayerUpload": f"{(completed - pushed) * 1000:.0f} ms",
    }


def fetch(ecr: Any, layer: DemoLayer) -> dict[str, str]:
    """Download the layer and compare its sha256; returns what was measured."""
    known = ecr.batch_check_layer_availability(repositoryName=REPOSITORY, layerDigests=[layer.digest])["layers"][0]
    expect(known["layerAvailability"] == "AVAILABLE", f"the layer is {known['layerAvailability']} after its completion")
    expect(known["layerSize"] == layer.size_bytes, f"the registry holds {known['layerSize']} of {layer.size_bytes} B")
    url = ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=layer.digest)["downloadUrl"]
    started = time.perf_counter()
    fetched = download(url, layer.size_bytes)
    seconds = time.perf_counter() - started
    expect(fetched == layer.digest, f"the downloaded layer is {fetched}, the pushed layer is {layer.digest}")
    done("fetched it through GetDownloadUrlForLayer: the same sha256")
    return {"download": rate(layer.size_bytes, seconds)}


def refuse_a_wrong_digest(ecr: Any, file: Path) -> None:
    """Check that a completion with a wrong digest is refused, and that the upload can still be completed."""
    file.write_bytes(b"a layer with another digest than the one that is sent")
    small = layer_of(file, 1)
    upload_id, _ = upload(ecr, small, "Pushing")
    try:
        complete(ecr, upload_id, WRONG_DIGEST)
    except ecr.exceptions.InvalidLayerException as refused:
        done(f"a wrong digest is refused: {name_and_message(refused)}")
    else:
        raise DemoError("a layer was accepted under a wrong digest")
    complete(ecr, upload_id, small.digest)
    done("the same upload completes with the right digest")


def refuse_the_layer_again(ecr: Any, layer: DemoLayer) -> None:
    """Check that a digest that the repository already has is refused."""
    upload_id, _ = upload(ecr, layer, "Pushing again")
    try:
        complete(ecr, upload_id, layer.digest)
    except ecr.exceptions.LayerAlreadyExistsException as refused:
        done(f"the same layer again is refused: {name_and_message(refused)}")
    else:
        raise DemoError("the same layer was accepted twice")


def upload(ecr: Any, layer: DemoLayer, verb: str) -> tuple[str, int]:
    """Initiate an upload and send all parts; returns the upload's id and the number of parts."""
    initiated = ecr.initiate_layer_upload(repositoryName=REPOSITORY)
    parts = 0
    with bar(verb, layer.size_bytes) as sent:
        for first_byte, piece in layer.pieces(initiated["partSize"]):
            last_byte = first_byte + len(piece) - 1
            answer = ecr.upload_layer_part(
                repositoryName=REPOSITORY,
                uploadId=initiated["uploadId"],
                partFirstByte=first_byte,
                partLastByte=last_byte,
                layerPartBlob=piece,
            )
            expect(answer["lastByteReceived"] == last_byte, f"bytes to {last_byte} were answered with {answer}")
            parts += 1
            sent(last_byte + 1)
    return initiated["uploadId"], parts


def complete(ecr: Any, upload_id: str, digest: str) -> str:
    """Complete an upload; returns the digest in the response."""
    answer = ecr.complete_layer_upload(repositoryName=REPOSITORY, uploadId=upload_id, layerDigests=[digest])
    return str(answer["layerDigest"])


def download(url: str, size_bytes: int) -> str:
    """The digest of the object that a presigned URL downloads."""
    digest, received_bytes = hashlib.sha256(), 0
    with bar("Fetching", size_bytes) as received, urllib.request.urlopen(url) as response:  # noqa: S310 - an http URL of the local engine
        while piece := response.read(1024 * 1024):
            digest.update(piece)
            received_bytes += len(piece)
            received(received_bytes)
    return f"sha256:{digest.hexdigest()}"


def name_and_message(error: ClientError) -> str:
    """The name and message of a modelled exception."""
    details = error.response["Error"]
    return f"{details['Code']} ({details['Message']})"


def expect(condition: bool, message: str) -> None:
    """Raise DemoError with this message unless the condition holds."""
    if not condition:
        raise DemoError(message)
