"""S3 on SeaweedFS: one process with master, volume, filer and S3 gateway; objects are files under `state`."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moorage_local.engines import loopback
from moorage_local.engines.process import Process

MEMORY_LIMIT = "320MiB"
"""GOMEMLIMIT. With it and GOGC, 8 clients that push at once make it use 240 MB; without it 460 MB.

Its heap has 230 MB from the start, most of it never touched. With a limit near that, it collects garbage all the time:
six times a second while nothing happens, for a tenth of a core.
"""
PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)
"""All ports are given: the default ports are fixed, so two stacks could not run at the same time."""
CHUNK_MB = 2
"""SeaweedFS cuts objects into chunks of this size.

With its default of 4 MB, a part of 20 MiB takes 0.39 s instead of 0.18 s (two cores, MEMORY_LIMIT). Larger chunks take
still longer.
"""
SOCKETS = Path("/tmp")  # noqa: S108 - compiled into weed
_SETTINGS = {
    "GOMEMLIMIT": MEMORY_LIMIT,
    "GOGC": "50",
    "WEED_MASTER_VOLUME_GROWTH_COPY_1": "2",  # volumes created at a time; small, because tests create many buckets
    "WEED_S3_SSE_KEY": "a passphrase for SSE-S3",  # any value will do if it never changes
    "WEED_NOTIFICATION_WEBHOOK_ENABLED": "true",
    "WEED_NOTIFICATION_WEBHOOK_EVENT_TYPES": "create update delete",
}
OPTIONS = (
    f"-ip={loopback.HOST}",
    f"-ip.bind={loopback.HOST}",
    "-filer",
    f"-filer.maxMB={CHUNK_MB}",
    "-s3",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.peers=none",  # one master: no election to wait for
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=1024",
    "-volume.max=500",
    "-volume.preStopSeconds=0",
)


class SeaweedFs:
    """One `weed server` on free ports, with its volumes and metadata under `state`."""

    def __init__(
        self,
        engines: Path,
        state: Path,
        environment: Mapping[str, str],
        *,
        log: Path,
        kms_url: str | None,
        events_url: str,
    ) -> None:
        """Start it; call `wait_until_ready` before use. `environment` holds the credentials that sign requests."""
        state.mkdir(parents=True, exist_ok=True)
        # The ports stay the same from start to start: presigned URLs stay valid.
        self._ports = loopback.remembered_ports(state / "ports.json", PORTS)
        self.url = loopback.url(self._ports["s3.port"])
        _forget_former_master(state / f"m{self._ports['master.port']}")
        configuration = state / "s3.json"
        configuration.write_text(json.dumps(_configuration(environment, kms_url), indent=2))
        self.process = Process(
            "seaweedfs",
            [
                engines / "bin" / "weed",
                "-logtostderr=true",
                "server",
                f"-dir={state}",
                f"-s3.config={configuration}",
                *OPTIONS,
                *(f"-{name}={port}" for name, port in self._ports.items()),
            ],
            environment={**environment, **_SETTINGS, "WEED_NOTIFICATION_WEBHOOK_ENDPOINT": events_url},
            log=log,
            # On SIGTERM it closes its stores and may then wait for its own connections forever. Everything it has
            # acknowledged is in its files (it survives SIGKILL at any time), so it gets little time.
            stop_within_seconds=2.0,
        )

    def wait_until_ready(self) -> None:
        """Return when the S3 gateway answers and the master can place an object. Raises: EngineError if not."""
        master = loopback.url(self._ports["master.port"])
        self.process.wait_until(
            lambda: (
                loopback.answers(f"{self.url}/status") and loopback.answers(f"{master}/dir/assign", containing=b'"fid"')
            )
        )

    def stop(self) -> None:
        """Stop it, and remove its sockets from /tmp."""
        self.process.stop()
        for name in PORTS:
            role = name.replace(".port", "").replace(".", "-")
            (SOCKETS / f"seaweedfs-{role}-{self._ports[name]}.sock").unlink(missing_ok=True)


def _forget_former_master(folder: Path) -> None:
    """Remove what the master has kept: the highest volume id, which the volume server reports again.

    A master that finds one at its start may wait 15 s for other volume servers ("master is warming up"): it has none.
    Volumes are removed with their bucket only. So an id that comes again names nothing that is still stored.
    """
    if folder.is_dir():
        shutil.rmtree(folder)


def _configuration(environment: Mapping[str, str], kms_url: str | None) -> dict[str, Any]:
    """SeaweedFS's configuration: the accepted credentials, so that it checks signatures, and the source of KMS keys."""
    access_key, secret_key = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    configuration: dict[str, Any] = {
        "identities": [
            {
                "name": "moorage",
                "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
                "actions": ["Admin", "Read", "Write", "List", "Tagging"],
            }
        ]
    }
    if kms_url is not None:
        provider = {
            "type": "aws",
            "region": environment["AWS_REGION"],
            "endpoint": kms_url,
            "access_key": access_key,
            "secret_key": secret_key,
        }
        configuration["kms"] = {"default_provider": "local", "providers": {"local": provider}}
    return configuration
