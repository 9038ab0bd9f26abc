"""The unmodified template, deployed; clients come through its HTTPS endpoint, its queue and its bucket's events."""

import hashlib
import json
import random
import shutil
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator import Cloud, Stack, deploy
from tests.support.lambda_build import Build

MIB = 1024 * 1024


def test_a_layer_goes_through_the_https_endpoint_and_back(deployed: Stack) -> None:
    client, name = deployed.ecr(), f"deploy/{uuid.uuid4()}"
    assert client.create_repository(repositoryName=name)["repository"]["registryId"] == deployed.outputs["RegistryId"]
    layer = random.Random(1).randbytes(7 * MIB + 3)
    digest = _digest(layer)
    upload = client.initiate_layer_upload(repositoryName=name)
    _send(client, name, upload, layer)

    client.complete_layer_upload(repositoryName=name, uploadId=upload["uploadId"], layerDigests=[digest])

    url = client.get_download_url_for_layer(repositoryName=name, layerDigest=digest)["downloadUrl"]
    assert _digest(deployed.cloud.send("GET", url)[1]) == digest
    checked = client.batch_check_layer_availability(repositoryName=name, layerDigests=[digest])
    assert checked["layers"][0]["layerAvailability"] == "AVAILABLE"


def test_errors_come_through_as_the_modelled_exceptions(deployed: Stack) -> None:
    client, name = deployed.ecr(), f"deploy/{uuid.uuid4()}"
    with pytest.raises(client.exceptions.RepositoryNotFoundException):
        client.initiate_layer_upload(repositoryName=name)
    client.create_repository(repositoryName=name)
    with pytest.raises(client.exceptions.UploadNotFoundException):
        client.complete_layer_upload(
            repositoryName=name, uploadId=str(uuid.uuid4()), layerDigests=[f"sha256:{'0' * 64}"]
        )
    with pytest.raises(ClientError) as refused:
        client.initiate_layer_upload(registryId="999999999999", repositoryName=name)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException", "as ECR answers for another's registry"


def test_a_deleted_repository_is_gone(deployed: Stack) -> None:
    client, name = deployed.ecr(), f"deploy/{uuid.uuid4()}"
    client.create_repository(repositoryName=name)
    assert name in _repositories(client)
    client.delete_repository(repositoryName=name, force=True)
    assert name not in _repositories(client)


def test_an_unsigned_request_is_refused(deployed: Stack) -> None:
    for path in ("/", "/direct-uploads", "/direct-uploads/any/completion"):
        assert deployed.cloud.send("POST", f"{deployed.outputs['Endpoint']}{path}", b"{}")[0] == 403


def test_only_a_caller_with_the_policy_of_the_outputs_is_let_in(deployed: Stack) -> None:
    iam, user = deployed.cloud.client("iam"), f"user-{uuid.uuid4()}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    client = deployed.ecr(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    with pytest.raises(ClientError, match=r"403|AccessDenied|not authorized"):
        client.describe_repositories()
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": deployed.outputs["CallerPolicyResource"],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=user, PolicyName="moorage", PolicyDocument=document)
    assert "repositories" in client.describe_repositories()


def test_an_update_loses_no_open_upload(deployed: Stack, build: Build, tmp_path: Path) -> None:
    client, name = deployed.ecr(), f"deploy/{uuid.uuid4()}"
    client.create_repository(repositoryName=name)
    layers = [random.Random(seed).randbytes(9 * MIB) for seed in range(2)]
    uploads = [client.initiate_layer_upload(repositoryName=name) for _ in layers]
    for layer, upload in zip(layers, uploads, strict=True):
        _send(client, name, upload, layer[: 3 * MIB])
    failures: list[Exception] = []
    is_updated = threading.Event()

    def keep_calling() -> None:
        while not is_updated.is_set():
            try:
                client.describe_repositories(repositoryNames=[name])
            except Exception as error:  # noqa: BLE001 - the test reports whatever it is
                failures.append(error)

    before = _live_version(deployed)
    caller = threading.Thread(target=keep_calling, daemon=True)
    caller.start()
    try:
        deploy(deployed.cloud, deployed.name, _with_changed_code(build, tmp_path))
    finally:
        is_updated.set()
        caller.join()

    assert _live_version(deployed) != before, "a new MoorageLayer alone must reach the alias"
    assert not failures
    for layer, upload in zip(layers, uploads, strict=True):
        _send(client, name, upload, layer, start=3 * MIB)
        client.complete_layer_upload(repositoryName=name, uploadId=upload["uploadId"], layerDigests=[_digest(layer)])


def test_deleting_the_stack_keeps_the_data(cloud: Cloud, build: Build) -> None:
    stack = deploy(cloud, "short-lived", build.template_file, DeletionProtection="false")
    cloud.client("cloudformation").delete_stack(StackName=stack.name)
    assert cloud.client("dynamodb").describe_table(TableName=stack.outputs["TableName"])["Table"]
    cloud.client("s3").head_bucket(Bucket=stack.outputs["BucketName"])


def _send(client: Any, name: str, upload: dict[str, Any], layer: bytes, start: int = 0) -> None:
    for first in range(start, len(layer), upload["partSize"]):
        part = layer[first : first + upload["partSize"]]
        client.upload_layer_part(
            repositoryName=name,
            uploadId=upload["uploadId"],
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )


def _repositories(client: Any) -> list[str]:
    pages = client.get_paginator("describe_repositories").paginate()
    return [repository["repositoryName"] for page in pages for repository in page["repositories"]]


def _live_version(stack: Stack) -> str:
    function = stack.physical_id("EcrApiFunction")
    return stack.cloud.client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"]


def _with_changed_code(build: Build, folder: Path) -> Path:
    """The same build with one more line in the moorage package."""
    changed = folder / "changed"
    shutil.copytree(build.folder, changed)
    with (changed / "MoorageLayer/python/moorage/__init__.py").open("a") as module:
        module.write("\n# A later version.\n")
    return changed / "template.yaml"


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
