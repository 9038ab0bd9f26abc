"""Images pushed and pulled by AWS's SDKs through the ECR API only, each SDK in the ways in which its users do it."""

import itertools
from pathlib import Path

import pytest

from tests.support.access_keys import ACCESS_KEYS, closed_server
from tests.support.clients.access_log import AccessLog
from tests.support.clients.image import OciImage, build_image
from tests.support.clients.sdks.aws_cli import AwsCli
from tests.support.clients.sdks.images import (
    AS_ADVERTISED,
    Habits,
    availability,
    contents_of,
    pull_image,
    push_image,
    push_layer,
    put_image,
)
from tests.support.clients.sdks.sdk import Sdk, SdkError
from tests.support.clients.skopeo import Skopeo
from tests.support.engines import Server
from tests.support.layers import digest_of

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]  # the command line starts a process for each request

MB, MIB = 1_000_000, 1024 * 1024
BASE64 = 4 / 3
HABITS = {
    "parts of 20 MiB": Habits(part_bytes=20 * MIB),
    "advertised parts": AS_ADVERTISED,
    "parts of 5 MiB": Habits(part_bytes=5 * MIB),
}
CASES = list(itertools.product(("boto3", "javascript", "aws"), HABITS))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """An image with layers of 1 KB and 7 MB: each fits one part."""
    return build_image(tmp_path_factory.mktemp("base") / "layout", [1000, 7 * MB], "base")


@pytest.fixture(scope="module")
def derived(base: OciImage, tmp_path_factory: pytest.TempPathFactory) -> OciImage:
    """An image built on it, with a layer of 22 MB more: too large for one part."""
    return build_image(tmp_path_factory.mktemp("derived") / "layout", [22 * MB], "derived", base)


@pytest.mark.parametrize(("sdk", "habit"), CASES, indirect=["sdk"])
def test_an_image_and_one_that_is_built_on_it_come_back_byte_for_byte(
    sdk: Sdk, repository: str, server: Server, habit: str, base: OciImage, derived: OciImage
):
    habits = HABITS[habit]
    push_image(sdk, base, repository, "base", habits)
    log = AccessLog(server.state)
    sent = push_image(sdk, derived, repository, "derived", habits)
    assert sorted(sent) == sorted({derived.config, *derived.layers} - {*base.layers})
    own_bytes = sum(len(derived.content(digest)) for digest in sent)
    assert own_bytes * BASE64 < log.ecr_api_bytes() < own_bytes * BASE64 + MB
    assert pull_image(sdk, repository, imageTag="base") == contents_of(base)
    assert pull_image(sdk, repository, imageDigest=derived.digest) == contents_of(derived)


def test_layers_that_are_sent_at_the_same_time_are_one_image(sdk: Sdk, repository: str, tmp_path: Path):
    image = build_image(tmp_path / "layout", [MB] * sdk.at_once, sdk.name)
    push_image(sdk, image, repository, "v1", Habits(layers_together=sdk.at_once))
    assert pull_image(sdk, repository, imageTag="v1") == contents_of(image)


def test_the_digest_and_the_media_type_that_a_push_names_are_checked_and_returned(
    sdk: Sdk, sdks: dict[str, Sdk], repository: str, base: OciImage
):
    for digest in (base.config, *base.layers):
        with pytest.raises(SdkError, match="LayersNotFoundException"):
            put_image(sdk, base, repository, "v1")
        push_layer(sdks["boto3"], repository, base.content(digest))
    for code, changed in (
        ("ImageDigestDoesNotMatchException", {"imageDigest": digest_of("another")}),
        ("InvalidParameterException", {"imageManifestMediaType": "application/vnd.oci.image.index.v1+json"}),
    ):
        with pytest.raises(SdkError, match=code):
            put_image(sdk, base, repository, "v1", **changed)
    put = put_image(sdk, base, repository, "v1")
    assert put["imageId"] == {"imageDigest": base.digest, "imageTag": "v1"}
    assert put["imageManifestMediaType"] == "application/vnd.oci.image.manifest.v1+json"


def test_an_absent_layer_or_image_is_no_error_and_a_wrong_name_is_one(sdk: Sdk, repository: str):
    absent, malformed = digest_of("absent"), "sha256:00"
    assert availability(sdk, repository, [absent]) == {absent: "UNAVAILABLE"}
    checked = sdk.call("BatchCheckLayerAvailability", repositoryName=repository, layerDigests=[absent, malformed])
    assert [layer["layerDigest"] for layer in checked["layers"]] == [absent]
    assert [(each["layerDigest"], each["failureCode"]) for each in checked["failures"]] == [
        (malformed, "InvalidLayerDigest")
    ]
    found = sdk.call("BatchGetImage", repositoryName=repository, imageIds=[{"imageTag": "absent"}])
    assert found["images"] == []
    assert [each["failureCode"] for each in found["failures"]] == ["ImageNotFound"]
    with pytest.raises(SdkError, match="RepositoryNotFoundException"):
        sdk.call("BatchGetImage", repositoryName=f"{repository}/absent", imageIds=[{"imageTag": "absent"}])


def test_images_are_listed_and_described_page_by_page(
    sdk: Sdk, sdks: dict[str, Sdk], repository: str, base: OciImage, derived: OciImage
):
    push_image(sdks["boto3"], base, repository, "v1")
    put_image(sdks["boto3"], base, repository, "latest")
    push_image(sdks["boto3"], derived, repository, "v2")
    listed = sdk.all_of("ListImages", "imageIds", 1, repositoryName=repository, filter={"tagStatus": "TAGGED"})
    assert sorted((each["imageTag"], each["imageDigest"]) for each in listed) == [
        ("latest", base.digest),
        ("v1", base.digest),
        ("v2", derived.digest),
    ]
    described = sdk.all_of("DescribeImages", "imageDetails", 1, repositoryName=repository)
    sizes = [sum(len(image.content(each)) for each in (image.config, *image.layers)) for image in (base, derived)]
    seen = [(each["imageDigest"], sorted(each["imageTags"]), each["imageSizeInBytes"]) for each in described]
    expected = [(base.digest, ["latest", "v1"], sizes[0]), (derived.digest, ["v2"], sizes[1])]
    assert sorted(seen) == sorted(expected)


def test_every_sdk_pulls_what_another_has_pushed(sdks: dict[str, Sdk], server: Server, base: OciImage):
    for pusher in sdks.values():
        server.ecr().create_repository(repositoryName=f"across/{pusher.name}")
        push_image(pusher, base, f"across/{pusher.name}", "v1")
    for pusher, puller in itertools.permutations(sdks.values(), 2):
        assert pull_image(puller, f"across/{pusher.name}", imageTag="v1") == contents_of(base)


def test_the_password_that_the_command_line_prints_logs_a_client_in(base: OciImage, tmp_path: Path):
    key_id, key = ACCESS_KEYS["administrator"]
    with closed_server() as server:
        cli = AwsCli(tmp_path, server.url, credentials=(key_id, key.secret))
        skopeo = Skopeo(tmp_path / "skopeo", server.url.removeprefix("http://"))
        with pytest.raises(AssertionError, match="requested access to the resource is denied"):
            skopeo.push(base, "cli/login:v1")
        skopeo.log_in("AWS", cli.command("get-login-password").strip())
        skopeo.push(base, "cli/login:v1")
        assert pull_image(cli, "cli/login", imageTag="v1") == contents_of(base)
