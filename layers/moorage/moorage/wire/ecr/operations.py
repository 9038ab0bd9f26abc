"""ECR's operations as one table: what the API model says of each, with the handler that carries it out.

To add an operation: write a handler in the module of its resource (`repositories.py`, `uploads.py`, `layers.py` …),
name it in that module's `HANDLERS`, and name the operation in `_OPERATIONS` below. `make shapes` then adds it to the
README. Input and declared exceptions come from the model by themselves; an error that the operation doesn't declare is
answered as ServerException. An operation without a handler answers UnknownOperationException.

A process imports the handlers and the shapes of an operation when it is first asked for (docs/adr/0013).
"""

from functools import cache
from importlib import import_module

from moorage.domain.errors import UnknownOperationError
from moorage.wire.ecr.model import MODULES
from moorage.wire.operation import Members, Operation
from moorage.wire.scoped_path import SCOPE, SCOPE_SHAPE, TOKEN_OPERATION
from moorage.wire.shapes import StructureShape

_OPERATIONS = {
    "repositories": (
        "CreateRepository",
        "DeleteRepository",
        "DescribeRepositories",
        "PutImageTagMutability",
        "PutImageScanningConfiguration",
    ),
    "tags": ("TagResource", "UntagResource", "ListTagsForResource"),
    "uploads": ("CompleteLayerUpload", "InitiateLayerUpload", "UploadLayerPart"),
    "layers": ("BatchCheckLayerAvailability", "GetDownloadUrlForLayer"),
    "images": ("PutImage", "BatchGetImage", "DescribeImages", "ListImages"),
    "image_changes": ("BatchDeleteImage", "ListImageReferrers", "UpdateImageStorageClass"),
    "lifecycle": (
        "PutLifecyclePolicy",
        "GetLifecyclePolicy",
        "DeleteLifecyclePolicy",
        "StartLifecyclePolicyPreview",
        "GetLifecyclePolicyPreview",
    ),
    "policies": (
        "SetRepositoryPolicy",
        "GetRepositoryPolicy",
        "DeleteRepositoryPolicy",
        "PutRegistryPolicy",
        "GetRegistryPolicy",
        "DeleteRegistryPolicy",
    ),
    "authorization": ("GetAuthorizationToken",),
    "settings": (
        "DescribeRegistry",
        "GetAccountSetting",
        "PutAccountSetting",
        "RegisterPullTimeUpdateExclusion",
        "DeregisterPullTimeUpdateExclusion",
        "ListPullTimeUpdateExclusions",
    ),
    "templates": (
        "CreateRepositoryCreationTemplate",
        "DescribeRepositoryCreationTemplates",
        "UpdateRepositoryCreationTemplate",
        "DeleteRepositoryCreationTemplate",
    ),
}
"""The operations of each module of handlers."""
HANDLERS: dict[str, str] = {name: module for module, names in _OPERATIONS.items() for name in names}
"""The module that has an operation's handler."""

_NAMING_REPOSITORIES = ("repositoryName", "repositoryNames", "resourceArn")
"""Members that name repositories. An operation that has none of them is one on the registry itself."""


@cache
def find_operation(name: str) -> Operation[Members]:
    """The operation of this name. Raises: UnknownOperationError."""
    if name not in HANDLERS:
        raise UnknownOperationError(name)
    handlers = import_module(f"moorage.wire.ecr.handlers.{HANDLERS[name]}")
    model = import_module(f"moorage.wire.ecr.model.{MODULES[name]}")
    shape = model.INPUTS[name]
    if name == TOKEN_OPERATION:
        shape = StructureShape({**shape.members, SCOPE: SCOPE_SHAPE}, shape.required)
    return Operation(
        name,
        shape,
        handlers.HANDLERS[name],
        model.ERRORS[name],
        is_of_registry=not any(naming in shape.members for naming in _NAMING_REPOSITORIES),
    )


def load_operations() -> None:
    """Import the handlers and the shapes of all operations, in a process that starts before its first request comes."""
    for name in HANDLERS:
        find_operation(name)
