"""The demo's image with two real layers: put, list, fetch and compare it over the ECR API."""

import gzip
import hashlib
import json
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moorage_local.demo.console import done, mib
from moorage_local.demo.layer import DemoLayer, layer_of, pack
from moorage_local.demo.steps import REPOSITORY, complete, download, expect, upload

TAG = "latest"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


def put_list_and_fetch(ecr: Any, packages: DemoLayer, directory: Path) -> dict[str, str]:
    """Put an image of the pushed layer and a second one, list it and fetch it; returns what was measured."""
    json_module = Path(sysconfig.get_paths()["stdlib"]) / "json"
    second = pack(directory / "second.tar.gz", json_module, "opt/json")
    config = _config(directory / "config.json", [packages, second])
    for small in (second, config):
        upload_id, _ = upload(ecr, small, "Pushing")
        complete(ecr, upload_id, small.digest)
    manifest = _manifest(config, [packages, second])
    put = ecr.put_image(repositoryName=REPOSITORY, imageManifest=manifest, imageTag=TAG)["image"]["imageId"]
    done(f"put an image of two layers: {put['imageDigest'][:19]}… as {REPOSITORY}:{TAG}")
    listed = ecr.list_images(repositoryName=REPOSITORY)["imageIds"]
    expect(listed == [put], f"ListImages answered {listed}")
    done(f"listed it: {listed[0]['imageTag']}")
    size_bytes = _fetch(ecr, put, manifest)
    done(f"fetched the image: the manifest byte for byte, the config and both layers, {mib(size_bytes)}")
    return {"image": f"{put['imageDigest'][:19]}…, {mib(size_bytes)} in two layers and a config"}


def _config(file: Path, layers: Sequence[DemoLayer]) -> DemoLayer:
    diff_ids = []
    for layer in layers:
        with gzip.open(layer.file) as content:
            diff_ids.append(f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}")
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    file.write_text(json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}))
    return layer_of(file, 1)


def _manifest(config: DemoLayer, layers: Sequence[DemoLayer]) -> str:
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _descriptor(config, CONFIG_TYPE),
        "layers": [_descriptor(layer, LAYER_TYPE) for layer in layers],
    }
    return json.dumps(document, indent=2)


def _descriptor(blob: DemoLayer, media_type: str) -> dict[str, str | int]:
    return {"mediaType": media_type, "digest": blob.digest, "size": blob.size_bytes}


def _fetch(ecr: Any, image_id: dict[str, str], pushed: str) -> int:
    """Pull the image by its tag and compare each of its bytes; returns the size that the registry says it has."""
    (pulled,) = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": image_id["imageTag"]}])["images"]
    expect(pulled["imageManifest"] == pushed, "the manifest that was fetched is not the one that was put")
    manifest = json.loads(pulled["imageManifest"])
    for blob in (manifest["config"], *manifest["layers"]):
        url = ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=blob["digest"])["downloadUrl"]
        fetched = download(url, blob["size"])
        expect(fetched == blob["digest"], f"{blob['digest']} was fetched as {fetched}")
    (detail,) = ecr.describe_images(repositoryName=REPOSITORY, imageIds=[image_id])["imageDetails"]
    size_bytes = sum(int(blob["size"]) for blob in (manifest["config"], *manifest["layers"]))
    expect(detail["imageSizeInBytes"] == size_bytes, f"DescribeImages says {detail['imageSizeInBytes']} bytes")
    return size_bytes
