"""ECR's operations as one table: what the API model says of each, with the handler that carries it out.

To add an operation: write a handler in the module of its resource (`repositories.py`, `uploads.py`, `layers.py` …) and
name it in that module's `HANDLERS`; a new module is one more line in `HANDLERS` below. `make shapes` then adds it to
the README. Input and declared exceptions come from the model by themselves; an error that the operation doesn't declare
is answered as ServerException. An operation without a handler answers UnknownOperationException.
"""

from functools import cache
from importlib import import_module

from moorage.domain.errors import UnknownOperationError
from moorage.wire.ecr.handlers import (
    authorization,
    image_changes,
    images,
    layers,
    lifecycle,
    policies,
    repositories,
    settings,
    tags,
    templates,
    uploads,
)
from moorage.wire.ecr.model import MODULES
from moorage.wire.operation import Handler, Members, Operation
from moorage.wire.scoped_path import SCOPE, SCOPE_SHAPE, TOKEN_OPERATION
from moorage.wire.shapes import StructureShape

HANDLERS: dict[str, Handler[Members]] = {
    **repositories.HANDLERS,
    **tags.HANDLERS,
    **uploads.HANDLERS,
    **layers.HANDLERS,
    **images.HANDLERS,
    **image_changes.HANDLERS,
    **lifecycle.HANDLERS,
    **policies.HANDLERS,
    **authorization.HANDLERS,
    **settings.HANDLERS,
    **templates.HANDLERS,
}


_NAMING_REPOSITORIES = ("repositoryName", "repositoryNames", "resourceArn")
"""Members that name repositories. An operation that has none of them is one on the registry itself."""


@cache
def find_operation(name: str) -> Operation[Members]:
    """The operation of this name. Its group's shapes are loaded when it is first asked for: most are never needed.

    Raises: UnknownOperationError.
    """
    if name not in HANDLERS:
        raise UnknownOperationError(name)
    model = import_module(f"moorage.wire.ecr.model.{MODULES[name]}")
    shape = model.INPUTS[name]
    if name == TOKEN_OPERATION:
        shape = StructureShape({**shape.members, SCOPE: SCOPE_SHAPE}, shape.required)
    return Operation(
        name,
        shape,
        HANDLERS[name],
        model.ERRORS[name],
        is_of_registry=not any(naming in shape.members for naming in _NAMING_REPOSITORIES),
    )
