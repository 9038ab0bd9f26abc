"""Lambda entry point of the OCI API."""

from moorage.bootstrap.api import compose, read_settings, registry_of
from moorage.bootstrap.schema import schema_check
from moorage.bootstrap.start import starts_on_demand
from moorage.entry.http import http_handler
from moorage.wire.oci.protocol import answer

settings = read_settings()
ports = compose(settings, on_demand=starts_on_demand())
handler = http_handler(answer, registry_of(settings), ports, schema_check(settings))
