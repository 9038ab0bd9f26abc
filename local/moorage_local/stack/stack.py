"""Moorage's AWS services outside AWS: engines, resources, and the environment that the functions read."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from moorage_local.engines.engines import Engines, nothing, starting_engines
from moorage_local.stack import environment, registry_id, resources, token_keys
from moorage_local.stack.resources import Names

EVENTS = (("Object Created", "direct/"), ("Object Deleted", "direct/"), ("Object Deleted", "blobs/"))
"""What the rules in template.yaml send to the completion queue: type of the event, and the start of the key."""
DOMAIN_NAME = "moorage.local"
PART_SIZE_BYTES = 10 * 1024 * 1024
"""The advertised part size. No Lambda limit applies here, and ECR advertises the same."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack. Until `wait_for_bucket` has returned, S3 may not be ready."""

    engines: Engines
    names: Names
    variables: Mapping[str, str]
    """The functions' settings, and the endpoints and credentials of the engines."""

    @property
    def queue_url(self) -> str | None:
        """The completion queue's URL, if there is a queue."""
        return self.variables.get("MOORAGE_COMPLETION_QUEUE_URL")

    def wait_for_bucket(self) -> None:
        """Return when S3 is ready and has the bucket. Raises: EngineError if S3 does not become ready."""
        s3 = resources.client("s3", self.variables)  # made while S3 starts
        self.engines.wait_for_s3()
        resources.create_bucket(self.names, s3)


@contextmanager
def running_stack(state: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Stack]:
    """Start the engines and create the resources. Raises: EngineError."""
    with starting_stack(state, environ=environ) as stack:
        stack.wait_for_bucket()
        yield stack


@contextmanager
def starting_stack(
    state: Path,
    *,
    domain_name: str = DOMAIN_NAME,
    environ: Mapping[str, str] = os.environ,
    meanwhile: Callable[[], None] = nothing,
) -> Iterator[Stack]:
    """Start the engines and create everything but the bucket. Call `wait_for_bucket` before S3 is used: it starts last.

    `MOORAGE_…` variables in `environ` override the defaults. `meanwhile` is called while the engines start.
    Raises: EngineError.
    """
    if not environ.get(environment.DYNAMODB_ENDPOINT):
        kept = registry_id.kept_registry_id(state, environ.get(environment.REGISTRY_ID_VARIABLE) or None)
        environ = {**environ, environment.REGISTRY_ID_VARIABLE: kept}
    with starting_engines(state, environ, meanwhile) as engines:
        usual = {token_keys.VARIABLE: token_keys.kept_token_keys(state), "MOORAGE_CREATE_ON_PUSH": "true"}
        yield _all_but_the_bucket(engines, Names(), domain_name, {**usual, **environ})


def create_resources(
    engines: Engines, names: Names, *, domain_name: str = DOMAIN_NAME, environ: Mapping[str, str]
) -> Stack:
    """Create the resources in running engines if they are missing."""
    stack = _all_but_the_bucket(engines, names, domain_name, environ)
    stack.wait_for_bucket()
    return stack


def _all_but_the_bucket(engines: Engines, names: Names, domain_name: str, environ: Mapping[str, str]) -> Stack:
    theirs = {name: value for name, value in environ.items() if name.startswith("MOORAGE_")}
    names = Names(
        table=theirs.get("MOORAGE_TABLE", names.table),
        bucket=theirs.get("MOORAGE_BUCKET", names.bucket),
        queue=names.queue,
    )
    resources.create_table(names, engines.variables)
    emulated: dict[str, str] = {}
    if engines.emulator_url is not None:
        resources.create_keys(engines.variables)
        queue_url = resources.create_queue(names, engines.variables)
        emulated = {
            "MOORAGE_COMPLETION_QUEUE_URL": queue_url,
            "MOORAGE_SET_ASIDE_QUEUE_URL": resources.create_dead_letter_queue(names, engines.variables),
            "MOORAGE_EVENT_BUS": "default",
        }
        if engines.object_events is not None:
            send = partial(_send, resources.client("sqs", engines.variables), queue_url)
            for detail_type, prefix in EVENTS:
                engines.object_events.subscribe(detail_type, names.bucket, prefix, send)
    variables = {
        **engines.variables,
        "MOORAGE_TABLE": names.table,
        "MOORAGE_BUCKET": names.bucket,
        environment.REGISTRY_ID_VARIABLE: environment.REGISTRY_ID,
        "MOORAGE_PART_SIZE_BYTES": str(PART_SIZE_BYTES),
        "MOORAGE_DOMAIN_NAME": domain_name,
        token_keys.VARIABLE: token_keys.derived_token_keys(names.table),
        **emulated,
        "POWERTOOLS_SERVICE_NAME": "moorage",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        **theirs,
    }
    return Stack(engines, names, variables)


def _send(sqs: Any, queue_url: str, event: dict[str, Any]) -> None:
    """Send an event to the queue, like the rule in template.yaml."""
    sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(event))


def delete_resources(stack: Stack) -> None:
    """Delete the resources with their content. For tests, which create many."""
    if stack.engines.object_events is not None:
        stack.engines.object_events.unsubscribe(stack.names.bucket)
    resources.remove(stack.names, stack.variables)
