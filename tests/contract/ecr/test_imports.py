"""A process imports what its requests need: a push of layers starts without images, lifecycle rules and policies."""

import json
import uuid

import pytest

from tests.support.driver.lambda_events import ecr_event
from tests.support.ecr.registry import FUNCTION, Registry
from tests.support.layers import digest_of
from tests.support.new_process import imported_by

NOT_FOR_LAYERS = (
    "boto3",
    "s3transfer",
    "moorage.adapters.dynamodb.all_models",
    "moorage.adapters.dynamodb.images",
    "moorage.adapters.dynamodb.lifecycle",
    "moorage.adapters.dynamodb.registry",
    "moorage.adapters.s3.direct",
    "moorage.adapters.s3.manifests",
    "moorage.adapters.sqs",
    "moorage.adapters.token_keys",
    "moorage.domain.images",
    "moorage.domain.lifecycle",
    "moorage.domain.policy.decide",
    "moorage.domain.policy.parsing",
    "moorage.domain.repositories.creation_template",
    "moorage.usecases.direct_uploads",
    "moorage.usecases.images",
    "moorage.usecases.lifecycle",
    "moorage.usecases.settings",
    "moorage.usecases.ports.images",
    "moorage.usecases.ports.lifecycle",
    "moorage.wire.ecr.handlers.images",
    "moorage.wire.ecr.model.images",
    "moorage.wire.oci",
)
USED_BY_LAYERS = (
    "moorage.adapters.dynamodb.uploads.uploads",
    "moorage.adapters.s3.content",
    "moorage.usecases.completion.complete_layer_upload",
    "moorage.wire.ecr.handlers.layers",
    "moorage.wire.ecr.handlers.uploads",
)
INVOKE = """
import types
import app
context = types.SimpleNamespace(
    function_name="function", memory_limit_in_mb=1024, invoked_function_arn="arn", aws_request_id="id"
)
for event in json.loads({events!r}):
    answered = app.handler(event, context)
    assert answered["statusCode"] == 200, answered
"""


def loaded_after(*events: object, **variables: str) -> frozenset[str]:
    """The modules of a new process of the ECR function that has answered these events."""
    code = f"sys.path.insert(0, {str(FUNCTION)!r})\n" + INVOKE.format(events=json.dumps(events))
    return imported_by(code, variables)


def among(modules: frozenset[str], *prefixes: str) -> list[str]:
    return sorted(
        prefix for prefix in prefixes if any(name == prefix or name.startswith(f"{prefix}.") for name in modules)
    )


@pytest.fixture
def layer_operations(registry: Registry, repository: str) -> list[object]:
    """A push and a pull of one layer of one part, as events."""
    content = uuid.uuid4().bytes
    members = {"repositoryName": repository}
    upload = {**members, "uploadId": registry.ecr.initiate_layer_upload(**members)["uploadId"]}
    part = {"partFirstByte": 0, "partLastByte": len(content) - 1, "layerPartBlob": content}
    digest = digest_of(content)
    return [
        ecr_event("BatchCheckLayerAvailability", **members, layerDigests=[digest]),
        ecr_event("InitiateLayerUpload", **members),
        ecr_event("UploadLayerPart", **upload, **part),
        ecr_event("CompleteLayerUpload", **upload, layerDigests=[digest]),
        ecr_event("GetDownloadUrlForLayer", **members, layerDigest=digest),
    ]


def test_a_push_and_a_pull_of_a_layer_import_nothing_of_images_lifecycle_rules_or_policies(
    layer_operations: list[object],
) -> None:
    loaded = loaded_after(*layer_operations)
    assert among(loaded, *USED_BY_LAYERS) == sorted(USED_BY_LAYERS)
    assert among(loaded, *NOT_FOR_LAYERS) == []


def test_a_process_that_has_answered_nothing_has_imported_no_handler() -> None:
    loaded = loaded_after()
    assert [name for name in loaded if name.startswith(("moorage.wire.ecr.handlers", "moorage.usecases.uploads"))] == []


@pytest.mark.parametrize("kind", ["snap-start", "provisioned-concurrency"])
def test_a_process_that_starts_before_its_requests_imports_everything(kind: str) -> None:
    loaded = loaded_after(AWS_LAMBDA_INITIALIZATION_TYPE=kind)
    used = [
        name
        for name in NOT_FOR_LAYERS
        if name.startswith(("moorage.adapters.s3", "moorage.usecases.images", "moorage.wire.ecr"))
    ]
    assert among(loaded, *USED_BY_LAYERS, *used) == sorted([*USED_BY_LAYERS, *used])


def test_a_record_whose_model_is_not_imported_is_read_as_its_own_class() -> None:
    code = """
from moorage.adapters.dynamodb.item import Item
item = Item.from_raw_data({"pk": {"S": "one"}, "sk": {"S": "two"}, "kind": {"S": "blob"}})
assert type(item).__name__ == "BlobItem", item
"""
    assert "moorage.adapters.dynamodb.images.models" in imported_by(code)
