"""Secrets Manager on this machine, which `moorage serve` does not need: the emulator in a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moorage_local.engines import installation, loopback
from moorage_local.engines.process import Process

ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER"


@contextmanager
def running_secrets_manager(state: Path) -> Iterator[str]:
    """Its URL, until the end of the block."""
    port = loopback.free_ports(1)[0]
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(state),
        "TMPDIR": str(state),
        "BIND_HOST": loopback.HOST,
        "GATEWAY_PORT": str(port),
        "SERVICES": "secretsmanager",
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    command: list[str | Path] = [installation.engines_directory() / "bin" / "python", "-m", "ministack"]
    url = loopback.url(port)
    with Process("ministack", command, environment=environment, log=state / "log", stop_within_seconds=2.0) as process:
        process.wait_until(lambda: loopback.answers(f"{url}/_ministack/health"))
        yield url
