"""One invocation of the schedule's function: as much of the lifecycle run as its time allows."""

from dataclasses import asdict

from moorage.usecases.lifecycle.apply_lifecycle import RESERVE_SECONDS, apply_lifecycle
from moorage.usecases.ports.lifecycle import LifecyclePorts


def continue_lifecycle_run(ends_at: float, ports: LifecyclePorts) -> tuple[bool, dict[str, int]]:
    """Work until all is done or the time is nearly up; returns whether all is done, and what it counted.

    `ends_at` is the end of the invocation (epoch seconds). The next invocation continues.
    """
    report = apply_lifecycle(ends_at - RESERVE_SECONDS, ports)
    return report.is_finished, asdict(report.tally)
