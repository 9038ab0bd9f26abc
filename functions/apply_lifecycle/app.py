"""Lambda entry point of the schedule: finishes previews, applies lifecycle policies, removes unused layers."""

from moorage.bootstrap.api import read_settings
from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.bootstrap.schema import schema_check
from moorage.entry.schedule import schedule_handler
from moorage.wire.schedule.lifecycle_run import continue_lifecycle_run

settings = read_settings()
ports = compose_lifecycle(settings)


def apply(ends_at: float) -> tuple[bool, dict[str, int]]:
    """Run one invocation. The next one continues unfinished work."""
    return continue_lifecycle_run(ends_at, ports)


handler = schedule_handler(apply, schema_check(settings), prefix="Lifecycle")
