"""A stored evaluation: what a policy decided for a repository at one time, in pages, for a preview or for a run."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from moorage.domain.lifecycle.evaluate import Decision
from moorage.domain.lifecycle.policy import Action

PREVIEW_LIFETIME_SECONDS = 24 * 3600
"""How long a preview can be read."""
MAX_PAGE_DECISIONS = 500
MAX_PAGE_BYTES = 200_000
"""A page is one item of at most 400 KB (DynamoDB quotas). One decision has at most 1,000 tags of 300 characters."""


class EvaluationKind(StrEnum):
    """Whether its decisions are shown or carried out."""

    PREVIEW = "PREVIEW"
    RUN = "RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """A repository's policy as its user wrote it. `version` is another after each PutLifecyclePolicy.

    `last_evaluated_at` (epoch seconds) is when a run last carried it out; None if none did.
    """

    text: str
    version: str
    last_evaluated_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`is_complete` once all pages are stored. `next_page` is the first page that a run has not carried out.

    `run_started_at` tells a run's evaluation from that of an earlier run; it is 0 in a preview.
    """

    evaluation_id: str
    policy: StoredPolicy
    started_at: float
    run_started_at: float = 0
    is_complete: bool = False
    expiring: int = 0
    transitioning: int = 0
    pages: int = 0
    next_page: int = 0

    def expires_at(self) -> int:
        """When the stored evaluation may be removed, epoch seconds."""
        return int(self.started_at) + PREVIEW_LIFETIME_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRun:
    """The progress of a run through the registry: repositories up to the name `after` are done.

    `listed` has the place where the listing of each shard of objects ended (usecases/ports/unrecorded.py); the next
    run continues there.
    """

    started_at: float
    after: str | None = None
    is_finished: bool = False
    listed: Mapping[str, str] = field(default_factory=dict)


def count(decisions: Iterable[Decision], action: Action) -> int:
    """The number of images with this action."""
    return sum(decision.action is action for decision in decisions)


def paged(decisions: Iterable[Decision]) -> Iterator[list[Decision]]:
    """Pages that each fit into one item, in the same order."""
    page: list[Decision] = []
    page_bytes = 0
    for decision in decisions:
        size = 200 + len(json.dumps(decision.image.tags))
        if page and (len(page) == MAX_PAGE_DECISIONS or page_bytes + size > MAX_PAGE_BYTES):
            yield page
            page, page_bytes = [], 0
        page.append(decision)
        page_bytes += size
    if page:
        yield page
