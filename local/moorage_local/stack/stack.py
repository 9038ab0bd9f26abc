"""The whole of Moorage's AWS side outside AWS: engines, resources, and the environment that the functions read."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from moorage_local.engines.engines import Engines, running_engines
from moorage_local.stack import resources
from moorage_local.stack.environment import REGISTRY_ID
from moorage_local.stack.resources import Names

DIRECT_PREFIX = "direct/"
"""Objects that clients sent straight to S3: the events of these, and no others, are wanted."""
PART_SIZE_BYTES = 10 * 1024 * 1024
"""Advertised here: no Lambda limit stands in the way, and it is what ECR itself advertises."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    engines: Engines
    names: Names
    variables: Mapping[str, str]
    """Everything the functions read, and everything an AWS SDK needs to reach the engines."""

    @property
    def queue_url(self) -> str | None:
        """The completion queue, where there is one."""
        return self.variables.get("MOORAGE_COMPLETION_QUEUE_URL")


@contextmanager
def running_stack(
    state: Path, *, domain_name: str = "moorage.local", environ: Mapping[str, str] = os.environ
) -> Iterator[Stack]:
    """Start the engines and make the resources; `MOORAGE_…` variables of `environ` override the defaults."""
    with running_engines(state, environ) as engines:
        yield create_resources(engines, Names(), domain_name=domain_name, environ=environ)


def create_resources(engines: Engines, names: Names, *, domain_name: str, environ: Mapping[str, str]) -> Stack:
    """Make the resources in engines that run, where they are missing."""
    theirs = {name: value for name, value in environ.items() if name.startswith("MOORAGE_")}
    names = Names(
        table=theirs.get("MOORAGE_TABLE", names.table),
        bucket=theirs.get("MOORAGE_BUCKET", names.bucket),
        queue=names.queue,
    )
    resources.create_store(names, engines.variables)
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
            engines.object_events.subscribe(names.bucket, DIRECT_PREFIX, send)
    variables = {
        **engines.variables,
        "MOORAGE_TABLE": names.table,
        "MOORAGE_BUCKET": names.bucket,
        "MOORAGE_REGISTRY_ID": REGISTRY_ID,
        "MOORAGE_PART_SIZE_BYTES": str(PART_SIZE_BYTES),
        "MOORAGE_DOMAIN_NAME": domain_name,
        **emulated,
        "POWERTOOLS_SERVICE_NAME": "moorage",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        **theirs,
    }
    return Stack(engines, names, variables)


def _send(sqs: Any, queue_url: str, event: dict[str, Any]) -> None:
    """What the rule of template.yaml does with an event."""
    sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(event))


def delete_resources(stack: Stack) -> None:
    """Remove the resources with all they hold: for tests, which make many."""
    if stack.engines.object_events is not None:
        stack.engines.object_events.unsubscribe(stack.names.bucket)
    resources.remove(stack.names, stack.variables)
