"""What a manifest names, and what is refused."""

import json
from typing import Any

import pytest
from moorage.domain.digest import Digest
from moorage.domain.errors import InvalidParameterError, LimitExceededError
from moorage.domain.images.manifest import (
    DOCKER_LIST,
    DOCKER_MANIFEST,
    MAX_MANIFEST_BYTES,
    MAX_NAMED,
    OCI_ARTIFACT,
    OCI_INDEX,
    OCI_MANIFEST,
    Manifest,
    annotations_of,
    parse_manifest,
)

from tests.support.images import CONFIG_TYPE, descriptor, index, manifest
from tests.support.layers import digest_of

CONFIG, ONE, TWO = b"config", b"one", b"two"
CONFIG_DIGEST, ONE_DIGEST, TWO_DIGEST = (Digest.of(digest_of(each)) for each in (CONFIG, ONE, TWO))
IMAGE = json.loads(manifest(CONFIG, ONE, TWO))
INDEX = json.loads(index([manifest(CONFIG, ONE)]))
SUBJECT = {"subject": descriptor(b"subject", OCI_MANIFEST)}


def parse(document: Any, media_type: str | None = None) -> Manifest:
    return parse_manifest(json.dumps(document).encode(), media_type)


@pytest.mark.parametrize("media_type", [DOCKER_MANIFEST, OCI_MANIFEST])
def test_an_image_names_its_config_and_its_layers_in_order(media_type: str):
    found = parse(IMAGE | {"mediaType": media_type})
    assert found == Manifest(
        media_type=media_type, layers=(CONFIG_DIGEST, ONE_DIGEST, TWO_DIGEST), artifact_type=CONFIG_TYPE
    )


@pytest.mark.parametrize("media_type", [DOCKER_LIST, OCI_INDEX])
def test_an_index_names_manifests(media_type: str):
    found = parse(INDEX | {"mediaType": media_type})
    assert found == Manifest(media_type=media_type, children=(Digest.of(digest_of(manifest(CONFIG, ONE))),))


def test_an_artifact_names_its_blobs_and_its_subject():
    found = parse({"mediaType": OCI_ARTIFACT, "artifactType": "a/b", "blobs": [descriptor(ONE)], **SUBJECT})
    subject = Digest.of(digest_of(b"subject"))
    assert found == Manifest(media_type=OCI_ARTIFACT, layers=(ONE_DIGEST,), subject=subject, artifact_type="a/b")


@pytest.mark.parametrize("document", [IMAGE, INDEX])
def test_a_subject_is_found_in_images_and_indexes(document: dict[str, Any]):
    media_type = OCI_INDEX if "manifests" in document else OCI_MANIFEST
    found = parse(document | SUBJECT | {"mediaType": media_type, "artifactType": "a/b"})
    assert (str(found.subject), found.artifact_type) == (digest_of(b"subject"), "a/b")


def test_the_media_type_may_come_with_the_request_or_be_seen_from_the_members():
    without = {name: value for name, value in IMAGE.items() if name != "mediaType"}
    assert parse(without).media_type == OCI_MANIFEST
    assert parse(without, DOCKER_MANIFEST).media_type == DOCKER_MANIFEST
    assert parse({"schemaVersion": 2, "manifests": []}).media_type == OCI_INDEX


def test_layers_that_are_kept_elsewhere_are_not_named():
    foreign = descriptor(TWO) | {"urls": ["https://example.com/two"]}
    assert parse(IMAGE | {"layers": [descriptor(ONE), foreign]}).layers == (CONFIG_DIGEST, ONE_DIGEST)


def test_a_layer_that_is_listed_twice_is_named_once():
    assert parse(IMAGE | {"layers": [descriptor(ONE)] * 3}).layers == (CONFIG_DIGEST, ONE_DIGEST)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"schemaVersion": 1}, "schemaVersion"),
        ({"mediaType": "application/vnd.docker.distribution.manifest.v1+json"}, "mediaType"),
        ({"mediaType": 7}, "mediaType"),
        ({"mediaType": []}, "mediaType"),
        ({"config": None}, "config"),
        ({"config": {"digest": "sha256:00", "size": 1}}, "config.digest"),
        ({"config": descriptor(CONFIG) | {"mediaType": 1}}, "config.mediaType"),
        ({"layers": {}}, "layers"),
        ({"layers": [descriptor(ONE), 7]}, r"layers\[1\]"),
        ({"layers": [descriptor(ONE) | {"digest": digest_of(ONE).upper()}]}, r"layers\[0\].digest"),
        ({"layers": [descriptor(ONE) | {"size": -1}]}, r"layers\[0\].size"),
        ({"layers": [descriptor(ONE) | {"size": True}]}, r"layers\[0\].size"),
        ({"subject": "sha256:00"}, "subject"),
        ({"artifactType": "x" * 256}, "artifactType"),
    ],
)
def test_a_refusal_names_the_part_that_is_wrong(changed: dict[str, Any], path: str):
    with pytest.raises(InvalidParameterError, match=f"'imageManifest.{path}'"):
        parse(IMAGE | changed)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"7", b"[" * 100_000])
def test_content_that_is_not_a_json_object_is_not_a_manifest(content: bytes):
    with pytest.raises(InvalidParameterError, match="'imageManifest'"):
        parse_manifest(content)


def test_two_media_types_must_agree():
    with pytest.raises(InvalidParameterError, match=r"'imageManifest.mediaType'.*oci.image.manifest"):
        parse(IMAGE, OCI_MANIFEST)


def test_a_manifest_has_at_most_four_mebibytes():
    content = json.dumps(IMAGE).encode()
    parse_manifest(content.ljust(MAX_MANIFEST_BYTES))
    with pytest.raises(InvalidParameterError, match="4194304 bytes, and has 4194305"):
        parse_manifest(content.ljust(MAX_MANIFEST_BYTES + 1))


def test_a_manifest_names_at_most_a_thousand_layers():
    layers = [descriptor(str(number)) for number in range(MAX_NAMED - 1)]
    assert len(parse(IMAGE | {"layers": layers}).layers) == MAX_NAMED
    with pytest.raises(LimitExceededError):
        parse(IMAGE | {"layers": [*layers, descriptor(ONE)]})


def test_annotations_are_text():
    assert annotations_of(json.dumps({"annotations": {"a": "b", "c": 1}}).encode()) == {"a": "b"}
    assert annotations_of(b"{}") == {}
