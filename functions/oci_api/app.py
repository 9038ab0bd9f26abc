"""Lambda entry point of the OCI API."""

from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.entry.http import http_handler
from moorage.wire.oci.protocol import answer

settings = read_settings()
ports = compose(settings)
handler = http_handler(answer, registry_of(settings), ports)
