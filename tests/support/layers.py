"""Layers for tests of a registry behind any boto3 client."""

import hashlib
from typing import Any


def digest_of(content: bytes | str) -> str:
    """The sha256 digest, as callers write it; of a text's UTF-8."""
    return f"sha256:{hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()}"


def push(client: Any, repository: str, layer: bytes) -> str:
    """Send a layer in parts of the advertised size through the ECR API; its digest."""
    upload = client.initiate_layer_upload(repositoryName=repository)
    for first in range(0, len(layer), upload["partSize"]):
        part = layer[first : first + upload["partSize"]]
        client.upload_layer_part(
            repositoryName=repository,
            uploadId=upload["uploadId"],
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
    digest = digest_of(layer)
    client.complete_layer_upload(repositoryName=repository, uploadId=upload["uploadId"], layerDigests=[digest])
    return digest
