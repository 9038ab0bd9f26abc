"""A walk over the operations that have a handler: good requests and bad ones, each answer checked."""

from collections import Counter, defaultdict
from random import Random
from typing import Any

import botocore
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import StructureShape
from moorage.wire.ecr.protocol import TARGET_PREFIX

from tests.support.driver.requests import Request, ecr_request, raw_ecr_request
from tests.support.ecr.model import declared_errors, service
from tests.support.ecr.model import operation as modelled
from tests.support.ecr.registry import Registry
from tests.support.ecr.walk.provoked import PROVOKED
from tests.support.ecr.walk.provoked_images import PROVOKED_IMAGES, PROVOKED_POLICIES
from tests.support.ecr.walk.recipes import ANY, RECIPES, Members
from tests.support.ecr.walk.values import allowed, forbidden

SUCCESS = "success"
_PROVOKED = {**PROVOKED, **PROVOKED_IMAGES, **PROVOKED_POLICIES}
ALWAYS = {"AccessDeniedException", "UnknownOperationException", "SerializationException", "InvalidParameterException"}


class Walk:
    """Counts what each operation answered; `requests` counts those that prepare others as well."""

    def __init__(self, registry: Registry, seed: int) -> None:
        self._registry = registry
        self._random = Random(seed)
        self._repositories: list[str] = []
        self.requests = 0
        self.answers: dict[str, Counter[str]] = defaultdict(Counter)

    # --- for recipes ---

    def new(self, shape: str) -> Any:
        """A new value of this shape."""
        return allowed(service().shape_for(shape), self._random, {})

    def must(self, operation: str, **members: Any) -> Members:
        """The answer of a request that has to succeed."""
        outcome, answer = self._by_boto3(operation, members)
        assert outcome == SUCCESS, f"{operation} with {members} answered {outcome}: {answer}"
        return dict(answer)

    def repository(self) -> str:
        """A repository that is there."""
        if not self._repositories:
            self._repositories.append(self.new("RepositoryName"))
            self.must("CreateRepository", repositoryName=self._repositories[-1])
        return self._repositories[-1]

    # --- steps ---

    def step(self, name: str) -> None:
        """One request of this operation, which may be a bad one."""
        self._note(name, *self._send(name, self._members(name)))

    def provoke(self, name: str, exception: str) -> None:
        """Requests that should meet this exception: a recipe's, or those that lack one thing that was there."""
        if recipe := _PROVOKED.get((name, exception)):
            self._by_required(name, recipe(self))
            return
        if exception == "InvalidParameterException":
            wrong = dict.fromkeys(_input(name).members, 1.5)
            self._note(name, *self._by_http(ecr_request(name, wrong)))
            return
        known = RECIPES.get(name, ANY)(self)
        for absent in sorted(known):
            self._by_required(name, {each: value for each, value in known.items() if each != absent})

    def _by_required(self, name: str, known: Members) -> None:
        self._note(name, *self._by_boto3(name, _complete(_input(name), known, self._random, optional_share=0.0)))

    def malformed(self, name: str) -> None:
        """A body that is not JSON."""
        body = self._random.choice([b"{", b"\xff\xfe", b"[" * 10_000])
        self._note(name, *self._by_http(raw_ecr_request(f"{TARGET_PREFIX}.{name}", body)))

    def _members(self, name: str) -> Members:
        shape, lot = _input(name), self._random.random()
        if lot < 0.1:  # everything valid, nothing there
            return dict(allowed(shape, self._random, {}))
        known = RECIPES.get(name, ANY)(self)
        if lot < 0.2:  # one thing is not there
            known.pop(self._random.choice(sorted(known) or [""]), None)
        members = _complete(shape, known, self._random)
        return members if lot < 0.8 else forbidden(shape, members, self._random)

    def _send(self, name: str, members: Members) -> tuple[str, Any]:
        if self._random.random() < 0.5:
            try:
                return self._by_boto3(name, members)
            except ParamValidationError:
                pass  # boto3 itself refuses it: only other clients send such a request
        return self._by_http(ecr_request(name, members))

    def _by_boto3(self, name: str, members: Members) -> tuple[str, Any]:
        method = getattr(self._registry.ecr, botocore.xform_name(name))
        try:
            answer = method(**members)
        except ClientError as error:
            self.requests += 1
            return error.response["Error"]["Code"], error.response["Error"]["Message"]
        self.requests += 1
        return SUCCESS, answer

    def _by_http(self, request: Request) -> tuple[str, Any]:
        answer = self._registry.transport(request)
        self.requests += 1
        return (SUCCESS, answer.json) if answer.status == 200 else (answer.json["__type"], answer.json)

    def _note(self, name: str, outcome: str, answer: Any) -> None:
        assert outcome != "ServerException", f"{name} answered ServerException: {answer}"
        assert outcome in declared_errors(name) | ALWAYS | {SUCCESS}, f"{name} answered {outcome}"
        self.answers[name][outcome] += 1


def _input(name: str) -> StructureShape:
    shape = modelled(name).input_shape
    assert shape is not None
    return shape


def _complete(shape: StructureShape, known: Members, random: Random, *, optional_share: float = 0.3) -> Members:
    """The known members that the operation has, and what else it requires."""
    ours = {name: value for name, value in known.items() if name in shape.members}
    return dict(allowed(shape, random, ours, optional_share))
