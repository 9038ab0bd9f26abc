"""Which AWS calls the functions really make, by the role of the function that makes them.

A call belongs to a function if it is made while the function's code runs: its handler, or the part of it that answers
a request of its protocol or handles a message. What a test itself asks of AWS in between belongs to no function.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.signers import RequestSigner
from moorage.wire import edge
from moorage.wire.queue import completion_messages
from moorage_local.lambda_runtime.functions import Function

from tests.support.template.permissions import Permission, permissions_for
from tests.support.template.policies import QUEUE, role_of

_role: ContextVar[str | None] = ContextVar("role", default=None)


@contextmanager
def acting(role: str | None) -> Iterator[None]:
    """The code of this block is that of the role's function, in every thread of it; None: of no function."""
    before = _role.set(role)
    try:
        yield
    finally:
        _role.reset(before)


def in_role(role: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, acting in the role."""

    def act(*arguments: Any, **members: Any) -> Any:
        with acting(role):
            return function(*arguments, **members)

    return act


@dataclass
class Recorder:
    """The permissions that calls needed, by role."""

    needed: dict[str, set[Permission]] = field(default_factory=dict)
    consequential: list[Any] = field(default_factory=list)
    """The records that were read by `reading` and led to calls, or to an event."""
    idle: list[Any] = field(default_factory=list)
    """The others."""
    _read: Any = None

    def reading(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same function; calls made after it are consequences of its argument."""

        def read(record: Any) -> Any:
            self._read = record
            return function(record)

        return read

    def following(self, function: Callable[..., bool]) -> Callable[..., bool]:
        """The same function; its answer tells whether the record that was read last needed an action."""

        def follow(*arguments: Any) -> bool:
            try:
                needed_action = function(*arguments)
                if self._read is not None:
                    (self.consequential if needed_action else self.idle).append(self._read)
                return needed_action
            finally:
                self._read = None

        return follow

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record until the block ends."""
        with ExitStack() as patches:
            for owner, name, replacement in (*self._taps(), *_places_of_functions()):
                patches.enter_context(mock.patch.object(owner, name, replacement))
            yield

    def _taps(self) -> Iterator[tuple[Any, str, Any]]:
        call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # private to botocore
        sign: Any = RequestSigner.generate_presigned_url

        def called(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            self._note(client.meta.service_model.service_name, operation, parameters)
            with acting(None):  # what follows from a call is AWS's: the engine's S3 asks the engine's KMS
                return call(client, operation, parameters)

        def signed(signer: RequestSigner, request_dict: dict[str, Any], operation_name: str, **options: Any) -> str:
            _, bucket, key = urlsplit(request_dict["url"]).path.split("/", 2)  # whoever uses the URL acts as its signer
            self._note("s3", operation_name, {"Bucket": bucket, "Key": key})
            return str(sign(signer, request_dict, operation_name, **options))

        yield BaseClient, "_make_api_call", called
        yield RequestSigner, "generate_presigned_url", signed

    def _note(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        if (role := _role.get()) is not None:
            if self._read is not None:
                self.consequential.append(self._read)
                self._read = None
            self.needed.setdefault(role, set()).update(permissions_for(service, operation, parameters))


def _places_of_functions() -> Iterator[tuple[Any, str, Any]]:
    """Where the code of each function begins, and its threads."""
    invoke, answer, submit = Function.__call__, edge.answer, ThreadPoolExecutor.submit

    def invoked(function: Function, event: Any) -> Any:
        with acting(role_of(function.name)):
            return invoke(function, event)

    def answered(protocol: Any, *arguments: Any) -> Any:
        api = type(protocol).__module__.split(".")[-2]  # "ecr", of moorage.wire.ecr.protocol
        with acting(role_of(f"{api}_api")):
            return answer(protocol, *arguments)

    def submitted(pool: Executor, function: Any, /, *arguments: Any, **members: Any) -> Any:
        return submit(pool, copy_context().run, function, *arguments, **members)

    yield Function, "__call__", invoked
    yield edge, "answer", answered
    yield completion_messages, "complete_from_message", in_role(QUEUE, completion_messages.complete_from_message)
    yield ThreadPoolExecutor, "submit", submitted
