"""A lifecycle policy: rules that select images of a repository and expire or archive them.

The grammar and its meaning are Amazon ECR's (ECR User Guide, "Lifecycle policy properties" and "Lifecycle policy
evaluation rules"). How the text is read: parse.py. How rules are applied: evaluate.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

DAY_SECONDS = 86_400


class TagStatus(StrEnum):
    """Which images a rule selects, by their tags."""

    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ANY = "any"


class StorageClass(StrEnum):
    """Where ECR keeps an image. Here it is a status: the bytes stay in place (docs/adr/0050)."""

    STANDARD = "standard"
    ARCHIVE = "archive"


class CountType(StrEnum):
    """What a rule counts: images, or days since something happened to the image."""

    IMAGE_COUNT = "imageCountMoreThan"
    SINCE_PUSHED = "sinceImagePushed"
    SINCE_PULLED = "sinceImagePulled"
    SINCE_TRANSITIONED = "sinceImageTransitioned"


class Action(StrEnum):
    """What a rule does with an image that it selects."""

    EXPIRE = "expire"
    TRANSITION = "transition"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `priority` is unique in its policy, and 1 comes before 2.

    `count` is a number of images or of days. `tag_prefixes` and `tag_patterns` are empty unless `tag_status` is
    TAGGED, and then exactly one of them is.
    """

    priority: int
    tag_status: TagStatus
    count_type: CountType
    count: int
    action: Action
    storage_class: StorageClass = StorageClass.STANDARD
    tag_prefixes: tuple[str, ...] = ()
    tag_patterns: tuple[str, ...] = ()
    description: str = ""

    def selects_tags(self, tags: Collection[str]) -> bool:
        """Whether an image with these tags meets the rule's tagging requirement.

        With a list, every prefix or pattern must match some tag of the image.
        """
        if self.tag_status is TagStatus.ANY:
            return True
        if self.tag_status is TagStatus.UNTAGGED:
            return not tags
        with_prefixes = all(any(tag.startswith(prefix) for tag in tags) for prefix in self.tag_prefixes)
        return with_prefixes and all(any(matches(pattern, tag) for tag in tags) for pattern in self.tag_patterns)


@dataclass(frozen=True, slots=True)
class LifecyclePolicy:
    """Rules in the order of their priority."""

    rules: tuple[Rule, ...]


def matches(pattern: str, tag: str) -> bool:
    """Whether the whole tag matches; `*` stands for any characters or none.

    Takes time in proportion to the lengths, which a regular expression with several wildcards does not.
    """
    start, *literals = pattern.split("*")
    if not literals:
        return tag == pattern
    *middle, end = literals
    if len(tag) < len(start) + len(end) or not tag.startswith(start) or not tag.endswith(end):
        return False
    position, limit = len(start), len(tag) - len(end)
    for literal in middle:
        found = tag.find(literal, position, limit)
        if found < 0:
            return False
        position = found + len(literal)
    return True
