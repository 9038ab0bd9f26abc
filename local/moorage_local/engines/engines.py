"""The AWS services outside AWS: SeaweedFS for S3, ministack for the rest. Both store acknowledged data in `state`."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from moorage_local.engines import installation, loopback
from moorage_local.engines.ministack import Ministack
from moorage_local.engines.process import EngineError, Process
from moorage_local.engines.seaweedfs import SeaweedFs
from moorage_local.lambda_runtime.object_created import ObjectEvents
from moorage_local.stack import environment


@dataclass(frozen=True, slots=True)
class Engines:
    """The services' addresses, and the processes that were started for them."""

    s3_url: str
    dynamodb_url: str
    object_events: ObjectEvents | None
    """Events of new objects in the embedded S3; None if the caller's own S3 replaces it."""
    emulator_url: str | None
    """SQS, EventBridge, Streams and KMS; None if the caller's own DynamoDB replaces ministack."""
    aws: Mapping[str, str]
    """Credentials and region for AWS clients."""
    processes: tuple[Process, ...]
    wait_for_s3: Callable[[], None]
    """Returns when S3 is ready. Raises: EngineError if it does not become ready."""

    @property
    def healthy(self) -> bool:
        """Whether every process that was started still runs."""
        return all(process.alive for process in self.processes)

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads any AWS SDK to these engines."""
        endpoints = {environment.S3_ENDPOINT: self.s3_url, environment.DYNAMODB_ENDPOINT: self.dynamodb_url}
        if self.emulator_url is not None:
            for service in ("SQS", "EVENTBRIDGE", "DYNAMODB_STREAMS", "KMS"):
                endpoints[f"AWS_ENDPOINT_URL_{service}"] = self.emulator_url
        return {**self.aws, **endpoints}


def nothing() -> None:
    """Has nothing to do, or nothing to wait for."""


@contextmanager
def starting_engines(
    state: Path, environ: Mapping[str, str], meanwhile: Callable[[], None] = nothing
) -> Iterator[Engines]:
    """Start what `environ` does not replace, and stop it at the end. S3 takes longest: it may not be ready yet.

    `meanwhile` is called while they start, for work that needs none of them.

    They stop in this order: ministack, whose records name objects, then SeaweedFS, which stores the objects.
    """
    state = state.resolve()
    if any("\ud800" <= character <= "\udfff" for character in str(state)):
        raise EngineError(
            f"the state directory {os.fsencode(state)!r} has a name that is not UTF-8: SeaweedFS needs that"
        )
    s3_url, dynamodb_url = environ.get(environment.S3_ENDPOINT), environ.get(environment.DYNAMODB_ENDPOINT)
    emulator_url = None
    seen = environment.engine_environment(environ, home=str(state))
    processes: list[Process] = []
    with ExitStack() as stack:
        stack.enter_context(_only_user_of(state))
        port = loopback.remembered_ports(state / "ports.json", ["ministack"])["ministack"]
        if not dynamodb_url:
            dynamodb_url = emulator_url = loopback.url(port)
        seaweedfs = ministack = object_events = None
        if not s3_url:
            object_events = ObjectEvents()
            stack.callback(object_events.stop)
            seaweedfs = SeaweedFs(
                installation.engines_directory(environ),
                state / "s3",
                seen,
                log=state / "logs" / "s3.log",
                kms_url=emulator_url,
                events_url=object_events.url,
            )
            stack.callback(seaweedfs.stop)
            processes.append(seaweedfs.process)
            s3_url = seaweedfs.url
        if emulator_url:
            ministack = Ministack(
                installation.engines_directory(environ), state / "dynamodb", seen, state / "logs" / "dynamodb.log", port
            )
            stack.callback(ministack.process.stop)
            processes.append(ministack.process)
        meanwhile()
        if ministack is not None:
            ministack.wait_until_ready()
        yield Engines(
            s3_url=s3_url,
            dynamodb_url=dynamodb_url,
            object_events=object_events,
            emulator_url=emulator_url,
            aws=environment.aws_environment(environ),
            processes=tuple(processes),
            wait_for_s3=nothing if seaweedfs is None else seaweedfs.wait_until_ready,
        )


@contextmanager
def running_engines(state: Path, environ: Mapping[str, str]) -> Iterator[Engines]:
    """The same; all of them are ready."""
    with starting_engines(state, environ) as engines:
        engines.wait_for_s3()
        yield engines


@contextmanager
def _only_user_of(state: Path) -> Iterator[None]:
    """Lock the state directory: two servers on it would overwrite each other's records."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineError(f"another Moorage server is using {state}") from error
        yield
