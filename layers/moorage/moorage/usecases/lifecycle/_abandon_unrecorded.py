"""Finds the objects of layers that came whole and were never committed, so that the reaper deletes them.

The listing of each shard begins with the day of the table's first run: what was stored before may be named by another
table, and is left to fsck. It continues where it stopped. Before each run, it has half of an invocation's time, so that
policies are applied even if there are very many objects.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from moorage.domain.lifecycle.evaluation import LifecycleRun
from moorage.domain.uploads.unrecorded import last_day_to_collect, place_before_day
from moorage.usecases.lifecycle._carry_out_policy import Tally
from moorage.usecases.ports.lifecycle import LifecyclePorts

Keep = Callable[[LifecycleRun], bool]
"""Saves the progress; False if another invocation has the lease."""
_log = logging.getLogger("moorage")


def abandon_unrecorded(
    run: LifecycleRun, deadline: float, tally: Tally, keep: Keep, ports: LifecyclePorts
) -> LifecycleRun:
    """Abandon them, page by page; returns the run with its progress, which is saved after each page.

    A failure of any kind is counted and left to the next run: policies are applied without this.
    """
    for shard in ports.unrecorded.shards:
        try:
            run = _list_shard(shard, run, deadline, tally, keep, ports)
        except Exception:  # noqa: BLE001 - S3 may refuse a listing for any reason; policies do not depend on it
            tally.add(failed_listings=1)
            _log.exception("objects that no record names could not be looked for")
    return run


def _list_shard(
    shard: str, run: LifecycleRun, deadline: float, tally: Tally, keep: Keep, ports: LifecyclePorts
) -> LifecycleRun:
    last_day, is_last = last_day_to_collect(ports.now()), False
    place = run.listed.get(shard, place_before_day(ports.now()))
    while not is_last:
        page = ports.unrecorded.list_page(shard, place, last_day)
        for object_key in page.object_keys:
            if ports.now() >= deadline:
                return run
            if ports.unrecorded.abandon(object_key, ports.now()):
                _log.info("an object that no record names is removed", extra={"object_key": object_key})
                tally.add(abandoned_objects=1)
        place, is_last = page.end, page.is_last or ports.now() >= deadline
        if run.listed.get(shard) != place:
            run = replace(run, listed={**run.listed, shard: place})
            is_last = not keep(run) or is_last
    return run
