"""`moorage gateway`: a server on this machine, or in the same network, in front of a deployed stack."""

import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from moorage_gateway import process, server
from moorage_gateway.blobs.front import front_of
from moorage_gateway.gateway import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayOptions:
    """What the command line says."""

    endpoint: str
    host: str
    port: int
    certificate: Path | None
    key: Path | None
    log_level: str


def run(options: GatewayOptions) -> None:
    """Serve until SIGINT or SIGTERM. Raises: OSError, EndpointError, botocore's errors for missing credentials."""
    process.log_to_stderr(options.log_level)
    process.return_large_blocks()
    front, tls = front_of(options.endpoint), _tls(options)
    with process.listen(options.port, options.host) as listener:
        address = process.url_of(listener, "https" if tls else "http")

        def announce() -> None:
            sys.stdout.write(f"Moorage is listening on {address}, in front of {options.endpoint}\n")
            sys.stdout.flush()

        server.serve(Gateway(front.routes), listener, announce, tls=tls, at_end=front.close)


def _tls(options: GatewayOptions) -> ssl.SSLContext | None:
    if options.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    return context
