"""Finds the objects of layers that came whole and were never committed, so that the reaper deletes them.

Each shard of the listing continues where it stopped. Before each run, it has half of an invocation's time, so that
policies are applied even if there are very many objects.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from moorage.domain.lifecycle.evaluation import LifecycleRun
from moorage.domain.uploads.unrecorded import last_day_to_collect
from moorage.usecases.lifecycle._carry_out_policy import Tally
from moorage.usecases.ports.lifecycle import LifecyclePorts

_log = logging.getLogger("moorage")


def abandon_unrecorded(
    run: LifecycleRun, deadline: float, tally: Tally, keep: Callable[[LifecycleRun], bool], ports: LifecyclePorts
) -> LifecycleRun:
    """Abandon them, page by page; returns the run with its progress, which `keep` has saved after each page.

    A failure of any kind is counted and left to the next run: policies are applied without this.
    """
    last_day = last_day_to_collect(ports.now())
    try:
        for shard in ports.unrecorded.shards:
            is_last = False
            while not is_last and ports.now() < deadline:
                page = ports.unrecorded.list_page(shard, run.listed.get(shard, ""), last_day)
                for object_key in page.object_keys:
                    if ports.unrecorded.abandon(object_key, ports.now()):
                        _log.info("an object that no record names is removed", extra={"object_key": object_key})
                        tally.add(abandoned_objects=1)
                run, is_last = replace(run, listed={**run.listed, shard: page.end}), page.is_last
                if page.end and not keep(run):
                    return run  # another invocation has the lease
    except Exception:  # noqa: BLE001 - S3 may refuse a listing for any reason; policies do not depend on it
        tally.add(failed_listings=1)
        _log.exception("objects that no record names could not be looked for")
    return run
