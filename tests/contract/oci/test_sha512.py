"""Content of sha512 digests over both APIs; the OCI image specification registers the algorithm."""

import hashlib
import os
from urllib.request import urlopen

import pytest
from moorage_local.lambda_runtime.functions import load

from tests.support.driver.transports import ecr_client, to_function
from tests.support.ecr.registry import MIB
from tests.support.layers import digest_of
from tests.support.oci.documents import image_document
from tests.support.oci.images import put
from tests.support.oci.registry import FUNCTION, OciRegistry

LARGE = os.urandom(37 * MIB)


def sha512(content: bytes) -> str:
    return f"sha512:{hashlib.sha512(content).hexdigest()}"


@pytest.mark.parametrize(
    ("query", "reads"), [("?digest-algorithm=sha512", False), ("", True)], ids=["said at POST", "not said"]
)
def test_a_layer_in_parts_is_read_only_if_its_algorithm_was_not_said(
    oci: OciRegistry, repository: str, query: str, reads: bool
):
    location = oci.ask("POST", f"/v2/{repository}/blobs/uploads/{query}").location
    location = oci.ask("PATCH", location, LARGE).location
    with oci.requests() as requests:
        assert oci.ask("PUT", f"{location}?digest={sha512(LARGE)}").status == 201
    assert ("GetObject" in requests) == reads
    assert reads or len(requests) <= 4
    found = oci.ask("HEAD", f"/v2/{repository}/blobs/{sha512(LARGE)}")
    assert (found.status, found.headers["docker-content-digest"]) == (200, sha512(LARGE))


@pytest.mark.parametrize("content", [b"", b"small"])
def test_a_small_blob_takes_four_requests(oci: OciRegistry, repository: str, content: bytes):
    with oci.requests() as requests:
        assert oci.ask("PUT", f"{oci.start(repository)}?digest={sha512(content)}", content).status == 201
    assert requests == ["BatchGetItem", "BatchGetItem", "PutObject", "TransactWriteItems"]


def test_one_content_has_both_digests(oci: OciRegistry, repository: str):
    for digest in (digest_of(b"both"), sha512(b"both")):
        assert oci.ask("PUT", f"{oci.start(repository)}?digest={digest}", b"both").status == 201
        assert oci.ask("HEAD", f"/v2/{repository}/blobs/{digest}").status == 200


@pytest.mark.parametrize("algorithm", ["md5", "sha384", ""])
def test_an_algorithm_that_is_none_of_the_registered_ones_is_refused(oci: OciRegistry, repository: str, algorithm: str):
    refused = oci.ask("POST", f"/v2/{repository}/blobs/uploads/?digest-algorithm={algorithm}")
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


def test_a_layer_of_sha512_is_mounted(oci: OciRegistry, repository: str, second: str):
    oci.ask("PUT", f"{oci.start(repository)}?digest={sha512(b'layer')}", b"layer")
    mounted = oci.ask("POST", f"/v2/{second}/blobs/uploads/?mount={sha512(b'layer')}&from={repository}")
    assert (mounted.status, oci.ask("HEAD", f"/v2/{second}/blobs/{sha512(b'layer')}").status) == (201, 200)


def test_the_ecr_api_has_the_same_layers_and_images(oci: OciRegistry, repository: str):
    ecr = ecr_client(to_function(load(FUNCTION.with_name("ecr_api"))))
    config, layer = (
        {"mediaType": "application/octet-stream", "digest": sha512(content), "size": len(content)}
        for content in (b"{}", b"layer")
    )
    for content in (b"{}", b"layer"):
        assert oci.ask("PUT", f"{oci.start(repository)}?digest={sha512(content)}", content).status == 201
    checked = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[layer["digest"]])
    assert [each["layerAvailability"] for each in checked["layers"]] == ["AVAILABLE"]
    address = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=layer["digest"])["downloadUrl"]
    with urlopen(address) as answered:
        assert answered.read() == b"layer"
    content = image_document(config, layer)
    by_ecr = ecr.put_image(
        repositoryName=repository, imageManifest=content.decode(), imageTag="v1", imageDigest=sha512(content)
    )
    assert by_ecr["image"]["imageId"]["imageDigest"] == sha512(content)
    assert oci.ask("GET", f"/v2/{repository}/manifests/{sha512(content)}").body == content
    refused = oci.ask("DELETE", f"/v2/{repository}/blobs/{layer['digest']}")
    assert refused.status == 405
    assert put(oci, repository, f"{sha512(content)}?tag=v2", content).status == 201
    (described,) = ecr.describe_images(repositoryName=repository)["imageDetails"]
    assert (described["imageDigest"], sorted(described["imageTags"])) == (sha512(content), ["v1", "v2"])


def test_a_layer_of_the_ecr_api_may_be_completed_by_its_sha512(oci: OciRegistry, repository: str):
    ecr = ecr_client(to_function(load(FUNCTION.with_name("ecr_api"))))
    upload_id = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    ecr.upload_layer_part(
        repositoryName=repository, uploadId=upload_id, partFirstByte=0, partLastByte=4, layerPartBlob=b"layer"
    )
    done = ecr.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=[sha512(b"layer")])
    assert done["layerDigest"] == sha512(b"layer")
    assert oci.ask("HEAD", f"/v2/{repository}/blobs/{sha512(b'layer')}").status == 200
