"""The built ECR API under the real runtime client: right answers, bounded time, memory and size."""

import hashlib
import random
import socket
import threading
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from moorage_local.engines import loopback

from tests.support.driver.lambda_events import ecr_event
from tests.support.driver.transports import ecr_client, to_function
from tests.support.rie import LambdaRuntime

MIB = 1024 * 1024
MAX_RESPONSE_BYTES = 6 * MIB
"""Lambda's limit of a synchronous response (Lambda quotas); RIE enforces it too."""
FUNCTION = "EcrApiFunction"
Start = Callable[..., LambdaRuntime]


def test_a_layer_goes_up_in_the_advertised_parts_and_comes_down_again(start: Start) -> None:
    client = ecr_client(to_function(start(FUNCTION).invoke))
    name = f"runtime/{uuid.uuid4()}"
    client.create_repository(repositoryName=name)
    layer = random.Random(5).randbytes(10 * MIB + 17)
    digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"

    upload = client.initiate_layer_upload(repositoryName=name)
    for first in range(0, len(layer), upload["partSize"]):
        part = layer[first : first + upload["partSize"]]
        answer = client.upload_layer_part(
            repositoryName=name,
            uploadId=upload["uploadId"],
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
        assert answer["lastByteReceived"] == first + len(part) - 1
    completed = client.complete_layer_upload(repositoryName=name, uploadId=upload["uploadId"], layerDigests=[digest])

    assert completed["layerDigest"] == digest
    url = client.get_download_url_for_layer(repositoryName=name, layerDigest=digest)["downloadUrl"]
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as response:
        assert hashlib.sha256(response.read()).hexdigest() == digest.removeprefix("sha256:")


def test_the_sha256_is_carried_by_the_runtimes_own_libcrypto(start: Start) -> None:
    runtime = start(FUNCTION)
    client = ecr_client(to_function(runtime.invoke))
    name = f"runtime/{uuid.uuid4()}"
    client.create_repository(repositoryName=name)
    upload = client.initiate_layer_upload(repositoryName=name)["uploadId"]
    client.upload_layer_part(
        repositoryName=name, uploadId=upload, partFirstByte=0, partLastByte=2, layerPartBlob=b"abc"
    )
    with pytest.raises(client.exceptions.InvalidLayerException, match="calculated layer digest"):
        client.complete_layer_upload(repositoryName=name, uploadId=upload, layerDigests=[f"sha256:{'0' * 64}"])


def test_500_invocations_leave_the_memory_where_it_was(start: Start) -> None:
    # The C library gives what a large body has used back at once: without this it does so at times.
    runtime = start(FUNCTION, variables={"MALLOC_MMAP_THRESHOLD_": "65536"})
    client = ecr_client(to_function(runtime.invoke))
    name = f"runtime/{uuid.uuid4()}"
    client.create_repository(repositoryName=name)
    for _ in range(5):
        _push_and_be_refused(client, name, bytes(3 * MIB))
    sizes = []
    for number in range(100):  # of five calls each
        _push_and_be_refused(client, name, bytes(3 * MIB) if number % 10 == 0 else b"a small layer's part")
        sizes.append(runtime.resident_bytes())
    assert min(sizes[-10:]) - min(sizes[:10]) < 8 * MIB


def test_aws_that_does_not_answer_is_answered_for_before_the_time_is_up(start: Start, silent_url: str) -> None:
    name = f"runtime/{uuid.uuid4()}"
    without_dynamodb = start(FUNCTION, variables={"AWS_ENDPOINT_URL_DYNAMODB": silent_url}, timeout_seconds=29)
    without_s3 = start(FUNCTION, variables={"AWS_ENDPOINT_URL_S3": silent_url}, timeout_seconds=29)
    ecr_client(to_function(without_s3.invoke)).create_repository(repositoryName=name)
    with ThreadPoolExecutor() as pool:
        answers = [
            pool.submit(without_dynamodb.invoke, ecr_event("DescribeRepositories")),
            pool.submit(without_s3.invoke, ecr_event("InitiateLayerUpload", repositoryName=name)),
        ]
    for answer in answers:
        assert (answer.result()["statusCode"], "ServerException" in answer.result()["body"]) == (503, True)


def test_an_over_long_request_is_refused_by_the_members_name(start: Start) -> None:
    client = ecr_client(to_function(start(FUNCTION).invoke))
    with pytest.raises(client.exceptions.InvalidParameterException, match="layerDigests"):
        client.batch_check_layer_availability(
            repositoryName="any", layerDigests=[f"sha256:{number:064}" for number in range(30_000)]
        )


def test_the_longest_answer_fits_a_lambda_response(start: Start) -> None:
    runtime = start(FUNCTION)
    client = ecr_client(to_function(runtime.invoke))
    for number in range(40):
        client.create_repository(
            repositoryName=f"{'long-name/' * 20}{uuid.uuid4()}-{number}",
            tags=[{"Key": f"key-{key}", "Value": "v" * 256} for key in range(50)],
        )
    page = runtime.invoke_raw(ecr_event("DescribeRepositories", maxResults=40))
    assert len(page) * (1000 / 40) < MAX_RESPONSE_BYTES
    digests = [f"sha256:{number:064}" for number in range(100)]
    name = client.describe_repositories(maxResults=1)["repositories"][0]["repositoryName"]
    check = runtime.invoke_raw(ecr_event("BatchCheckLayerAvailability", repositoryName=name, layerDigests=digests))
    assert len(check) < MAX_RESPONSE_BYTES


def test_an_event_that_is_not_a_request_gets_a_response_and_raises_nothing(start: Start) -> None:
    assert start(FUNCTION).invoke({})["statusCode"] == 400


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server((loopback.HOST, 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield loopback.url(server.getsockname()[1])
        for connection in taken:
            connection.close()
        server.shutdown(socket.SHUT_RDWR)


def _push_and_be_refused(client, name: str, part: bytes) -> None:
    """Five calls: two parts (which coalesce if they are of a few MiB), a digest that does not match, a question."""
    upload = client.initiate_layer_upload(repositoryName=name)["uploadId"]
    for first in (0, len(part)):
        client.upload_layer_part(
            repositoryName=name,
            uploadId=upload,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
    with pytest.raises(ClientError):
        client.complete_layer_upload(repositoryName=name, uploadId=upload, layerDigests=[f"sha256:{'0' * 64}"])
    client.batch_check_layer_availability(repositoryName=name, layerDigests=[f"sha256:{'0' * 64}"])
