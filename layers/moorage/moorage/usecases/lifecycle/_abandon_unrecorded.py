"""Finds the objects of layers that came whole and were never committed, so that the reaper deletes them.

Each shard of the listing continues where it stopped: no object is looked at twice. Before each run, it has half of an
invocation's time, so that policies are applied even if there are very many objects.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from moorage.domain.errors import MoorageError
from moorage.domain.lifecycle.evaluation import LifecycleRun
from moorage.domain.uploads.unrecorded import last_day_to_collect
from moorage.usecases.lifecycle._carry_out_policy import Tally
from moorage.usecases.ports.lifecycle import LifecyclePorts

_log = logging.getLogger("moorage")


def abandon_unrecorded(
    run: LifecycleRun, deadline: float, tally: Tally, keep: Callable[[LifecycleRun], bool], ports: LifecyclePorts
) -> LifecycleRun:
    """Abandon them, page by page; returns the run with its progress, which `keep` has saved after each page.

    A failure is counted and left to the next run: policies are applied without it.
    """
    last_day = last_day_to_collect(ports.now())
    try:
        for shard in ports.unrecorded.shards:
            is_last = False
            while not is_last and ports.now() < deadline:
                page = ports.unrecorded.list_page(shard, run.listed.get(shard), last_day)
                for object_key in page.object_keys:
                    tally.add(abandoned_objects=int(ports.unrecorded.abandon(object_key, ports.now())))
                is_last = page.is_last
                if page.last_key is not None:
                    run = replace(run, listed={**run.listed, shard: page.last_key})
                    is_last = not keep(run) or is_last
    except MoorageError:
        tally.add(failed_listings=1)
        _log.exception("objects that no record names could not be looked for")
    return run
