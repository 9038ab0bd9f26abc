"""Lambda entry of the schedule: finish previews, carry out lifecycle policies, unlink unused layers."""

from dataclasses import asdict

from moorage.bootstrap.api import read_settings
from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.entry.schedule import schedule_handler
from moorage.usecases.lifecycle.apply_lifecycle import RESERVE_SECONDS, apply_lifecycle

ports = compose_lifecycle(read_settings())


def apply(ends_at: float) -> tuple[bool, dict[str, int]]:
    """Work until all is done or the time is nearly up; the next invocation continues."""
    report = apply_lifecycle(ends_at - RESERVE_SECONDS, ports)
    return report.is_finished, asdict(report.tally)


handler = schedule_handler(apply, prefix="Lifecycle")
