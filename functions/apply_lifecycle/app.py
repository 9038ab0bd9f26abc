"""Lambda entry point of the schedule: finishes previews, applies lifecycle policies, removes unused layers."""

from moorage.bootstrap.api import read_settings
from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.entry.schedule import schedule_handler
from moorage.wire.schedule.lifecycle_run import continue_lifecycle_run

ports = compose_lifecycle(read_settings())


def apply(ends_at: float) -> tuple[bool, dict[str, int]]:
    """Run one invocation. The next one continues unfinished work."""
    return continue_lifecycle_run(ends_at, ports)


handler = schedule_handler(apply, prefix="Lifecycle")
