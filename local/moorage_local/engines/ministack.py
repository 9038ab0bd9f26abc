"""DynamoDB, SQS, EventBridge, Streams and KMS on ministack: in memory, saved to disk by an orderly stop."""

import signal
from collections.abc import Mapping
from pathlib import Path

from moorage_local.engines import loopback
from moorage_local.engines.process import Child

SERVICES = "dynamodb,dynamodbstreams,sqs,events,kms"


class Ministack:
    """One ministack process with its state under `state`."""

    def __init__(self, engines: Path, state: Path, environment: Mapping[str, str], log: Path, port: int) -> None:
        """Start it; `wait_until_ready` before use. `environment` is the credentials and region."""
        temporary = state / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        self.url = loopback.url(port)
        self.process = Child(
            "ministack",
            [engines / "bin" / "python", "-m", "ministack"],
            environment={
                **environment,
                "BIND_HOST": loopback.HOST,
                "GATEWAY_PORT": str(port),
                "SERVICES": SERVICES,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(state),
                "TMPDIR": str(temporary),  # it leaves a pid file there
                "LOG_LEVEL": "WARNING",
                # Nothing of the machine's own: no listeners we do not use, and no look at its containers.
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": "unix:///nonexistent",
            },
            log=log,
            # It saves its tables when asked to stop, so even if we are killed it is asked.
            orphaned_signal=signal.SIGTERM,
            stop_within_seconds=60.0,
        )

    def wait_until_ready(self) -> None:
        """Return once it answers; raise EngineError otherwise."""
        self.process.wait_until(lambda: loopback.answers(f"{self.url}/_ministack/health"))
