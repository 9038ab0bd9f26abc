"""Lifecycle policies and images that Hypothesis draws, and a model that follows the sentences of ECR's guide."""

from typing import Any

from hypothesis import strategies as st
from moorage.domain.lifecycle.evaluate import LifecycleImage
from moorage.domain.lifecycle.policy import StorageClass

DAY = 86_400
NOW = 100 * DAY
TAGS = st.sampled_from(["a", "a1", "ab", "b", "ba", "b1"])
TIMES = st.sampled_from([0, 5, 9, 10, 95, 96, 97, 98, 99]).map(lambda days: float(days * DAY))
DIGESTS = [f"d{number}" for number in range(12)]


@st.composite
def images(draw: st.DrawFn) -> list[LifecycleImage]:
    drawn = []
    for digest in draw(st.lists(st.sampled_from(DIGESTS), unique=True, min_size=3)):
        archived = draw(st.booleans()) if draw(st.integers(0, 2)) == 0 else False
        drawn.append(
            LifecycleImage(
                digest=digest,
                pushed_at=draw(TIMES),
                tags=tuple(draw(st.lists(TAGS, unique=True, max_size=2))),
                pulled_at=draw(st.none() | TIMES),
                storage_class=StorageClass.ARCHIVE if archived else StorageClass.STANDARD,
                archived_at=draw(TIMES) if archived else None,
                restored_at=draw(st.none() | TIMES),
                names=tuple(draw(st.lists(st.sampled_from(DIGESTS), max_size=1)))
                if draw(st.integers(0, 4)) == 0
                else (),
                subject=draw(st.sampled_from(DIGESTS)) if draw(st.integers(0, 4)) == 0 else None,
            )
        )
    return drawn


@st.composite
def rules(draw: st.DrawFn, priority: int, tag_status: str) -> dict[str, Any]:
    count_type = draw(
        st.sampled_from(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"])
    )
    selection: dict[str, Any] = {
        "tagStatus": tag_status,
        "countType": count_type,
        "countNumber": draw(st.integers(1, 3)),
    }
    if tag_status == "tagged":
        key, values = draw(
            st.sampled_from([("tagPrefixList", ["a", "b", "ab"]), ("tagPatternList", ["a*", "*b", "*1", "*a*"])])
        )
        selection[key] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    if count_type != "imageCountMoreThan":
        selection |= {"countUnit": "days", "countNumber": draw(st.integers(1, 5))}
    if count_type == "sinceImageTransitioned":
        selection |= {"storageClass": "archive", "countNumber": draw(st.integers(90, 95))}
    transitions = count_type == "sinceImagePulled" or (count_type != "sinceImageTransitioned" and draw(st.booleans()))
    action = {"type": "transition", "targetStorageClass": "archive"} if transitions else {"type": "expire"}
    return {"rulePriority": priority, "selection": selection, "action": action}


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    statuses = draw(st.lists(st.sampled_from(["tagged", "tagged", "untagged"]), max_size=2))
    statuses += draw(st.sampled_from([["any"], ["any", "any"], []])) or ([] if statuses else ["any"])
    return [draw(rules(place, status)) for place, status in enumerate(statuses, start=1)]


# --- the model ---------------------------------------------------------------------------------------------


def storage_class_of(rule: dict[str, Any]) -> str:
    return str(rule["selection"].get("storageClass", "standard"))


def glob(pattern: str, tag: str) -> bool:
    if not pattern or pattern[0] != "*":
        return pattern == tag if not pattern or not tag else pattern[0] == tag[0] and glob(pattern[1:], tag[1:])
    return any(glob(pattern[1:], tag[start:]) for start in range(len(tag) + 1))


def identifies(rule: dict[str, Any], image: LifecycleImage) -> bool:
    selection = rule["selection"]
    if storage_class_of(rule) != image.storage_class:
        return False
    if selection["tagStatus"] == "untagged":
        return len(image.tags) == 0
    wanted = [prefix + "*" for prefix in selection.get("tagPrefixList", [])] + selection.get("tagPatternList", [])
    return all(any(glob(pattern, tag) for tag in image.tags) for pattern in wanted)


def age_days(rule: dict[str, Any], image: LifecycleImage) -> float:
    since = image.pushed_at
    if image.restored_at is not None:
        since = image.restored_at
    if rule["selection"]["countType"] == "sinceImagePulled" and image.pulled_at is not None:
        never_pulled_since_restored = image.restored_at is not None and image.pulled_at < image.restored_at
        since = since if never_pulled_since_restored else image.pulled_at
    if rule["selection"]["countType"] == "sinceImageTransitioned":
        assert image.archived_at is not None
        since = image.archived_at
    return (NOW - since) / DAY


def marks(rule: dict[str, Any], image: LifecycleImage, all_images: list[LifecycleImage]) -> bool:
    if rule["selection"]["countType"] != "imageCountMoreThan":
        return age_days(rule, image) > int(rule["selection"]["countNumber"])
    younger = [
        other
        for other in all_images
        if identifies(rule, other) and (age_days(rule, other), image.digest) < (age_days(rule, image), other.digest)
    ]
    return len(younger) >= int(rule["selection"]["countNumber"])


def is_kept(rule: dict[str, Any], image: LifecycleImage, all_images: list[LifecycleImage]) -> bool:
    live = [other for other in all_images if other.storage_class == "standard"]
    naming = all_images if rule["action"]["type"] == "expire" else live
    return any(image.digest in other.names for other in naming) or any(image.subject == other.digest for other in live)


def model(document: list[dict[str, Any]], all_images: list[LifecycleImage]) -> dict[str, tuple[str, int]]:
    decided: dict[str, tuple[str, int]] = {}
    for image in all_images:
        identifying = [rule for rule in document if identifies(rule, image)]
        if identifying and marks(identifying[0], image, all_images) and not is_kept(identifying[0], image, all_images):
            decided[image.digest] = (identifying[0]["action"]["type"], identifying[0]["rulePriority"])
    return decided
