"""DynamoDB, SQS, EventBridge, Streams and KMS on ministack, with a state that survives any end of the process."""

from collections.abc import Mapping
from pathlib import Path

from moorage_local.engines import loopback
from moorage_local.engines.durable import store
from moorage_local.engines.process import EngineError, Process

SERVICES = "dynamodb,dynamodbstreams,sqs,events,kms"
STATE_FILE = "state.sqlite"
PROGRAM = Path(store.__file__).with_name("__main__.py")
"""Run by path: the engines' Python does not have our packages."""


class Ministack:
    """One ministack process with its state under `state`."""

    def __init__(self, engines: Path, state: Path, environment: Mapping[str, str], log: Path, port: int) -> None:
        """Start it; `wait_until_ready` before use. `environment` is the credentials and region.

        Raises: EngineError if the state was written by another version, or is damaged.
        """
        temporary = state / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        try:
            store.check_format(state / STATE_FILE)
        except store.StoreError as error:
            raise EngineError(str(error)) from error
        self.url = loopback.url(port)
        self.process = Process(
            "ministack",
            [engines / "bin" / "python", "-P", PROGRAM],
            environment={
                **environment,
                "BIND_HOST": loopback.HOST,
                "GATEWAY_PORT": str(port),
                "SERVICES": SERVICES,
                "MOORAGE_STATE_FILE": str(state / STATE_FILE),
                "TMPDIR": str(temporary),  # it leaves a pid file there
                "LOG_LEVEL": "WARNING",
                # Nothing else on the machine is used: no listeners for other services, and no access to its containers.
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": "unix:///nonexistent",
            },
            log=log,
        )

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises: EngineError if it does not."""
        self.process.wait_until(lambda: loopback.answers(f"{self.url}/_ministack/health"))
