"""The worked examples of the ECR User Guide ("Examples of lifecycle policies"), and what is kept."""

from dataclasses import replace

from moorage.domain.lifecycle.evaluate import LifecycleImage, evaluate
from moorage.domain.lifecycle.policy import (
    DAY_SECONDS,
    Action,
    CountType,
    LifecyclePolicy,
    Rule,
    StorageClass,
    TagStatus,
)

NOW = 1_000 * DAY_SECONDS


def image(name: str, days: float, *tags: str, **more: object) -> LifecycleImage:
    return LifecycleImage(digest=name, pushed_at=NOW - days * DAY_SECONDS, tags=tags, **more)  # type: ignore[arg-type]


def tagged(priority: int, *prefixes: str, keep: int | None = None, days: int | None = None) -> Rule:
    count_type = CountType.SINCE_PUSHED if keep is None else CountType.IMAGE_COUNT
    count = keep or days or 0
    return Rule(priority, TagStatus.TAGGED, count_type, count, Action.EXPIRE, tag_prefixes=prefixes)


def expired(images: list[LifecycleImage], *rules: Rule) -> dict[str, int]:
    return {each.image.digest: each.rule_priority for each in evaluate(LifecyclePolicy(rules), images, NOW)}


RIVALS = [image("A", 10, "beta-1", "prod-1"), image("B", 9, "beta-2", "prod-2"), image("C", 8, "beta-3")]


def test_an_image_that_a_rule_keeps_is_not_expired_by_a_later_one() -> None:
    assert expired(RIVALS, tagged(1, "prod", keep=1), tagged(2, "beta", keep=1)) == {"A": 1}


def test_the_same_rules_in_the_other_order_expire_more() -> None:
    assert expired(RIVALS, tagged(1, "beta", keep=1), tagged(2, "prod", keep=1)) == {"A": 1, "B": 1}


def test_several_prefixes_select_images_that_have_all_of_them() -> None:
    images = [
        image("A", 12, "alpha-1"),
        image("B", 11, "beta-1"),
        image("C", 10, "alpha-2", "beta-2"),
        image("D", 4, "alpha-3"),
        image("E", 3, "beta-3"),
        image("F", 2, "alpha-4", "beta-4"),
    ]
    assert expired(images, tagged(1, "alpha", "beta", days=5)) == {"C": 1}
    assert expired(images, tagged(1, "alpha", "beta", keep=1)) == {"C": 1}


def test_a_rule_counts_images_that_an_earlier_rule_expires() -> None:
    images = [image("A", 4, "alpha-1"), image("B", 3, "beta-1"), image("C", 2, "beta-2"), image("D", 1, "gamma")]
    any_image = Rule(3, TagStatus.ANY, CountType.IMAGE_COUNT, 1, Action.EXPIRE)
    assert expired(images, tagged(1, "alpha", days=3), tagged(2, "beta", days=90), any_image) == {"A": 1}
    assert expired(images, tagged(1, "alpha", days=3), any_image) == {"A": 1, "B": 3, "C": 3}


def test_an_image_is_older_only_past_the_very_second() -> None:
    images = [image("exact", 5, "v"), LifecycleImage(digest="past", pushed_at=NOW - 5 * DAY_SECONDS - 1, tags=("v",))]
    assert expired(images, tagged(1, "v", days=5)) == {"past": 1}


def test_images_of_one_instant_are_ordered_by_their_digest() -> None:
    images = [image(name, 1, "v") for name in "CAB"]
    assert list(expired(images, tagged(1, "v", keep=1))) == ["A", "B"]


ANY_COUNT = Rule(1, TagStatus.ANY, CountType.IMAGE_COUNT, 1, Action.EXPIRE)


def test_what_a_live_index_names_is_kept_and_still_counted() -> None:
    images = [image("child", 3), image("other", 2), image("index", 1, "v", names=("child", "absent"))]
    assert expired(images, ANY_COUNT) == {"other": 1}


def test_what_only_an_archived_index_names_may_be_archived_and_does_not_expire() -> None:
    index = image("index", 1, names=("child",), storage_class=StorageClass.ARCHIVE, archived_at=NOW)
    images = [index, image("child", 3), image("other", 2), image("young", 1)]
    assert expired(images, ANY_COUNT) == {"other": 1}
    archiving = replace(ANY_COUNT, action=Action.TRANSITION)
    assert expired(images, archiving) == {"child": 1, "other": 1}


def test_an_artifact_is_kept_as_long_as_its_subject_is_here() -> None:
    signature = image("signature", 3, subject="signed")
    assert expired([signature, image("signed", 2), image("young", 1)], ANY_COUNT) == {"signed": 1}
    assert expired([signature, image("young", 1)], ANY_COUNT) == {"signature": 1}


def test_age_since_the_last_pull_falls_back_to_restoring_and_pushing() -> None:
    cold = Rule(1, TagStatus.ANY, CountType.SINCE_PULLED, 5, Action.TRANSITION)
    day = DAY_SECONDS
    images = [
        image("never pulled", 6),
        image("pulled", 9, pulled_at=NOW - 4 * day),
        image("pulled long ago", 9, pulled_at=NOW - 6 * day),
        image("restored", 9, pulled_at=NOW - 6 * day, restored_at=NOW - 4 * day),
        image("restored and pulled long ago", 9, pulled_at=NOW - 6 * day, restored_at=NOW - 7 * day),
        image("archived", 9, storage_class=StorageClass.ARCHIVE, archived_at=NOW),
    ]
    decisions = evaluate(LifecyclePolicy((cold,)), images, NOW)
    assert {each.image.digest for each in decisions} == {
        "never pulled",
        "pulled long ago",
        "restored and pulled long ago",
    }
    assert {each.action for each in decisions} == {Action.TRANSITION}


def test_archived_images_expire_by_the_time_of_their_archiving_under_rules_of_their_own() -> None:
    standard = Rule(1, TagStatus.ANY, CountType.SINCE_PUSHED, 1, Action.TRANSITION)
    archive = Rule(2, TagStatus.ANY, CountType.SINCE_TRANSITIONED, 90, Action.EXPIRE, StorageClass.ARCHIVE)
    images = [
        image("standard", 200),
        image("fresh", 200, storage_class=StorageClass.ARCHIVE, archived_at=NOW - 89 * DAY_SECONDS),
        image("old", 200, storage_class=StorageClass.ARCHIVE, archived_at=NOW - 91 * DAY_SECONDS),
    ]
    assert expired(images, standard, archive) == {"standard": 1, "old": 2}


def test_a_restored_image_counts_as_young_again() -> None:
    images = [image("restored", 100, "v", restored_at=NOW - DAY_SECONDS), image("pushed", 50, "v")]
    assert expired(images, tagged(1, "v", keep=1)) == {"pushed": 1}
    assert expired(images, tagged(1, "v", days=10)) == {"pushed": 1}
