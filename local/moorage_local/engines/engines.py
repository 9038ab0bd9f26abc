"""The AWS services outside AWS: SeaweedFS is S3, ministack is the rest; both keep what they acknowledged in `state`."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from moorage_local.engines import installation, loopback
from moorage_local.engines.ministack import Ministack
from moorage_local.engines.process import Child, EngineError
from moorage_local.engines.seaweedfs import SeaweedFs
from moorage_local.lambda_runtime.object_created import ObjectEvents
from moorage_local.stack import environment


@dataclass(frozen=True, slots=True)
class Engines:
    """Where the services are, and the processes that we started for them."""

    s3_url: str
    dynamodb_url: str
    object_events: ObjectEvents | None
    """What the embedded S3 says of new objects; None where the caller's own replaces it."""
    emulator_url: str | None
    """SQS, EventBridge, Streams and KMS; None where the caller's own DynamoDB replaces ministack."""
    aws: Mapping[str, str]
    """Credentials and region, for whoever makes clients."""
    children: tuple[Child, ...]

    @property
    def healthy(self) -> bool:
        """Whether every process that we started still runs."""
        return all(child.alive for child in self.children)

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads any AWS SDK to these engines."""
        endpoints = {environment.S3_ENDPOINT: self.s3_url, environment.DYNAMODB_ENDPOINT: self.dynamodb_url}
        if self.emulator_url is not None:
            for service in ("SQS", "EVENTBRIDGE", "DYNAMODB_STREAMS", "KMS"):
                endpoints[f"AWS_ENDPOINT_URL_{service}"] = self.emulator_url
        return {**self.aws, **endpoints}


@contextmanager
def running_engines(state: Path, environ: Mapping[str, str]) -> Iterator[Engines]:
    """Start what `environ` does not replace, wait until it is ready, and stop it at the end.

    Stopped in this order: ministack, whose records point to content, then SeaweedFS, which holds it.
    """
    state = state.resolve()
    s3_url, dynamodb_url = environ.get(environment.S3_ENDPOINT), environ.get(environment.DYNAMODB_ENDPOINT)
    emulator_url = None
    seen = environment.engine_environment(environ, home=str(state))
    children: list[Child] = []
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
            children.append(seaweedfs.process)
            s3_url = seaweedfs.url
        if emulator_url:
            ministack = Ministack(
                installation.engines_directory(environ), state / "dynamodb", seen, state / "logs" / "dynamodb.log", port
            )
            stack.callback(ministack.process.stop)
            children.append(ministack.process)
        for engine in (ministack, seaweedfs):
            if engine is not None:
                engine.wait_until_ready()
        yield Engines(
            s3_url=s3_url,
            dynamodb_url=dynamodb_url,
            object_events=object_events,
            emulator_url=emulator_url,
            aws=environment.aws_environment(environ),
            children=tuple(children),
        )


@contextmanager
def _only_user_of(state: Path) -> Iterator[None]:
    """Two servers on one state directory would overwrite each other's records: the second is told so."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineError(f"another Moorage server is using {state}") from error
        yield
