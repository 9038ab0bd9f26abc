"""One operation of a protocol: what it takes, what carries it out, and the errors that it may answer.

Every handler has the same form, in every protocol:

    def handler(members: Members, call: Call, ports: Ports) -> ...

`members` are the request's members, checked by `input`; `call` says who asks and in which registry. What it returns is
up to the protocol: ECR's handlers return the members of the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from moorage.domain.caller import Call
from moorage.usecases.ports import Ports
from moorage.wire.shapes import StructureShape

Members = dict[str, Any]
OutputT = TypeVar("OutputT")
Handler = Callable[[Members, Call, Ports], OutputT]
_READING = ("BatchCheck", "BatchGet", "Describe", "Get", "List", "Validate")


@dataclass(frozen=True, slots=True)
class Operation(Generic[OutputT]):
    """`errors` are the exceptions that the protocol declares for it, by their names on the wire.

    `action` is what a policy calls it; by default, ECR's action of its name. What `is_of_registry` names no repository,
    and is authorized before its handler runs; every other handler's use case authorizes what it reads.
    """

    name: str
    input: StructureShape
    handler: Handler[OutputT]
    errors: frozenset[str]
    action: str = ""
    is_of_registry: bool = False

    @property
    def policy_action(self) -> str:
        """The action that policies name."""
        return self.action or f"ecr:{self.name}"

    @property
    def is_change(self) -> bool:
        """Whether it can change something: then the log says who asked for it, and how it ended."""
        return not self.name.startswith(_READING)
