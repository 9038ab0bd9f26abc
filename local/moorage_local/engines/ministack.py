"""DynamoDB, SQS, EventBridge, Streams and KMS on ministack: in memory, saved to disk when it is stopped."""

import signal
from collections.abc import Mapping
from pathlib import Path

from moorage_local.engines import loopback
from moorage_local.engines.process import Process

SERVICES = "dynamodb,dynamodbstreams,sqs,events,kms"


class Ministack:
    """One ministack process with its state under `state`."""

    def __init__(self, engines: Path, state: Path, environment: Mapping[str, str], log: Path, port: int) -> None:
        """Start it; call `wait_until_ready` before use. `environment` holds credentials and region."""
        temporary = state / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        self.url = loopback.url(port)
        self.process = Process(
            "ministack",
            [engines / "bin" / "python", "-m", "ministack"],
            environment={
                **environment,
                "BIND_HOST": loopback.HOST,
                "GATEWAY_PORT": str(port),
                "SERVICES": SERVICES,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(state),
                "TMPDIR": str(temporary),  # it writes a pid file there
                "LOG_LEVEL": "WARNING",
                # Nothing else on the machine is used: no listeners for other services, and no access to its containers.
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": "unix:///nonexistent",
            },
            log=log,
            # It saves its tables on SIGTERM. So it gets SIGTERM even if our process is killed.
            orphaned_signal=signal.SIGTERM,
            stop_within_seconds=60.0,
        )

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises: EngineError if it does not."""
        self.process.wait_until(lambda: loopback.answers(f"{self.url}/_ministack/health"))
