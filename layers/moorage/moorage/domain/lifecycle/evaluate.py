"""Decides what a lifecycle policy does with each image of a repository, for previews and for runs.

1. All rules look at all images. A rule *identifies* the images of its storage class whose tags it selects.
2. A rule *marks* images that it identifies: those beyond the `count` youngest, or those older than `count` days.
   Images that another rule identifies or marks are counted too.
3. The first rule, in order of priority, that identifies an image is the only one that may act on it.
4. An image that a live index names, or that is about a live image (its subject), is kept: it counts, and nothing
   happens to it. An image is live if it exists and is not archived. A later run may delete it, once the index is gone.
5. An image that an archived index names may be archived, too, but not expired: the index could never be restored.

Source: ECR User Guide, "Lifecycle policy evaluation rules"; where it leaves a choice, docs/adr/0050.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moorage.domain.lifecycle.policy import (
    DAY_SECONDS,
    Action,
    CountType,
    LifecyclePolicy,
    Rule,
    StorageClass,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleImage:
    """What rules see of an image. Times are epoch seconds, None where it never happened.

    `names` are the digests of the images that an index names; `subject` is the digest that an artifact is about.
    `restored_at` is when it last came back from the archive.
    """

    digest: str
    pushed_at: float
    tags: tuple[str, ...] = ()
    pulled_at: float | None = None
    storage_class: StorageClass = StorageClass.STANDARD
    archived_at: float | None = None
    restored_at: float | None = None
    names: tuple[str, ...] = ()
    subject: str | None = None

    @property
    def ordered_at(self) -> float:
        """The time from which rules count its age: when it was pushed, or restored from the archive."""
        return self.pushed_at if self.restored_at is None else self.restored_at

    @property
    def used_at(self) -> float:
        """When it was last pulled, since it was pushed or came back; else when that was."""
        return self.ordered_at if self.pulled_at is None else max(self.pulled_at, self.restored_at or self.pulled_at)


@dataclass(frozen=True, slots=True)
class Decision:
    """The action for one image, and the rule that selected it. An image without a decision does not change."""

    image: LifecycleImage
    action: Action
    rule_priority: int


def evaluate(policy: LifecyclePolicy, images: Iterable[LifecycleImage], now: float) -> list[Decision]:
    """The decisions in the order in which they are carried out: by priority, then oldest first.

    Reads the images once, in any order. Keeps in memory those that some rule identifies: 100,000 fit into 150 MB.
    """
    claimed: list[list[LifecycleImage]] = [[] for _ in policy.rules]
    counted: list[list[tuple[float, str]]] = [[] for _ in policy.rules]
    live: set[str] = set()
    named_by_live: set[str] = set()
    named: set[str] = set()
    for image in images:
        named.update(image.names)
        if image.storage_class is StorageClass.STANDARD:
            live.add(image.digest)
            named_by_live.update(image.names)
        identifying = [place for place, rule in enumerate(policy.rules) if _identifies(rule, image)]
        for place in identifying:
            counted[place].append(_age_key(image))
        if identifying:
            claimed[identifying[0]].append(image)
    return [
        Decision(image, rule.action, rule.priority)
        for rule, candidates, everything in zip(policy.rules, claimed, counted, strict=True)
        for image in _marked(rule, candidates, everything, now)
        if image.digest not in (named if rule.action is Action.EXPIRE else named_by_live) and image.subject not in live
    ]


def _identifies(rule: Rule, image: LifecycleImage) -> bool:
    return rule.storage_class is image.storage_class and rule.selects_tags(image.tags)


def _age_key(image: LifecycleImage) -> tuple[float, str]:
    # Images pushed in the same instant are ordered by their digest, so that previews and runs agree.
    return image.ordered_at, image.digest


def _marked(
    rule: Rule, candidates: list[LifecycleImage], everything: list[tuple[float, str]], now: float
) -> Iterator[LifecycleImage]:
    candidates.sort(key=_age_key)
    if rule.count_type is CountType.IMAGE_COUNT:
        if len(everything) <= rule.count:
            return
        oldest_kept = sorted(everything)[-rule.count]
        yield from (image for image in candidates if _age_key(image) < oldest_kept)
    else:
        oldest_kept_at = now - rule.count * DAY_SECONDS
        yield from (image for image in candidates if _counted_from(rule, image) < oldest_kept_at)


def _counted_from(rule: Rule, image: LifecycleImage) -> float:
    if rule.count_type is CountType.SINCE_PULLED:
        return image.used_at
    if rule.count_type is CountType.SINCE_TRANSITIONED:
        return image.pushed_at if image.archived_at is None else image.archived_at
    return image.ordered_at
