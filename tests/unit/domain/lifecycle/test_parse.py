"""Every member of ECR's lifecycle grammar, and every way to break it."""

import copy
import json
from typing import Any

import pytest
from moorage.domain.errors import InvalidParameterError
from moorage.domain.lifecycle.parse import parse_lifecycle_policy
from moorage.domain.lifecycle.policy import Action, CountType, LifecyclePolicy, Rule, StorageClass, TagStatus, matches

Json = dict[str, Any]


def rule(priority: int = 1, action: Json | None = None, **selection: Any) -> Json:
    defaults = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    return {
        "rulePriority": priority,
        "selection": {**defaults, **selection},
        "action": action or {"type": "expire"},
    }


ARCHIVE = {"type": "transition", "targetStorageClass": "archive"}
DAYS = {"countUnit": "days", "countNumber": 90}


def parse(*rules: Json) -> LifecyclePolicy:
    return parse_lifecycle_policy(json.dumps({"rules": rules}))


def refusal(*rules: Json) -> str:
    with pytest.raises(InvalidParameterError) as refused:
        parse(*rules)
    assert refused.value.member == "LifecyclePolicyText"
    return str(refused.value)


def test_rules_come_in_the_order_of_their_priority_with_everything_they_say() -> None:
    policy = parse(
        rule(9, ARCHIVE, countType="sinceImagePulled", **DAYS) | {"description": "cold"},
        rule(2, tagStatus="tagged", tagPrefixList=["prod", "v"]),
        rule(5, tagStatus="any", countType="sinceImageTransitioned", storageClass="archive", **DAYS),
        rule(3, tagStatus="tagged", tagPatternList=["*test*1*2*3"], countType="sinceImagePushed", **DAYS),
        rule(4, tagStatus="untagged", storageClass="standard"),
    )
    assert policy.rules == (
        Rule(2, TagStatus.TAGGED, CountType.IMAGE_COUNT, 5, Action.EXPIRE, tag_prefixes=("prod", "v")),
        Rule(3, TagStatus.TAGGED, CountType.SINCE_PUSHED, 90, Action.EXPIRE, tag_patterns=("*test*1*2*3",)),
        Rule(4, TagStatus.UNTAGGED, CountType.IMAGE_COUNT, 5, Action.EXPIRE),
        Rule(5, TagStatus.ANY, CountType.SINCE_TRANSITIONED, 90, Action.EXPIRE, StorageClass.ARCHIVE),
        Rule(9, TagStatus.ANY, CountType.SINCE_PULLED, 90, Action.TRANSITION, description="cold"),
    )


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"rules": []}', '{"rules": {}}', '{"rules": [], "version": 1}', "[" * 30_000]
)
def test_a_document_that_is_not_a_policy_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterError, match="Lifecycle policy validation failure"):
        parse_lifecycle_policy(text)


BROKEN_SELECTIONS: list[tuple[Json, str]] = [
    ({"tagStatus": "TAGGED"}, "selection.tagStatus"),
    ({"tagStatus": "tagged"}, "either tagPrefixList or tagPatternList"),
    ({"tagStatus": "tagged", "tagPrefixList": ["a"], "tagPatternList": ["b"]}, "either tagPrefixList or"),
    ({"tagStatus": "tagged", "tagPrefixList": []}, "selection.tagPrefixList must be"),
    ({"tagStatus": "tagged", "tagPrefixList": "a"}, "selection.tagPrefixList must be"),
    ({"tagStatus": "tagged", "tagPrefixList": [""]}, r"selection.tagPrefixList[0]"),
    ({"tagStatus": "tagged", "tagPrefixList": ["a", "b*"]}, r"selection.tagPrefixList[1]"),
    ({"tagStatus": "tagged", "tagPrefixList": [1]}, r"selection.tagPrefixList[0]"),
    ({"tagStatus": "tagged", "tagPrefixList": ["a" * 301]}, r"selection.tagPrefixList[0]"),
    ({"tagStatus": "tagged", "tagPatternList": ["a b"]}, r"selection.tagPatternList[0]"),
    ({"tagStatus": "tagged", "tagPatternList": ["*a*b*c*d*"]}, "at most 4 wildcards"),
    ({"tagStatus": "untagged", "tagPrefixList": ["a"]}, "selection.tagPrefixList must not be given"),
    ({"tagStatus": "any", "tagPatternList": ["a"]}, "selection.tagPatternList must not be given"),
    ({"countType": "imageCountLessThan"}, "selection.countType"),
    ({"countType": ["imageCountMoreThan"]}, "selection.countType"),
    ({"countNumber": 0}, "selection.countNumber"),
    ({"countNumber": True}, "selection.countNumber"),
    ({"countNumber": 1.0}, "selection.countNumber"),
    ({"countNumber": 10**400}, "selection.countNumber"),
    ({"countUnit": "days"}, "selection.countUnit must not be given"),
    ({"countType": "sinceImagePushed"}, "selection.countUnit must be days"),
    ({"countType": "sinceImagePushed", "countUnit": "hours"}, "selection.countUnit must be days"),
    ({"countType": "sinceImagePulled", **DAYS}, "action.type must be transition"),
    ({"countType": "sinceImageTransitioned", **DAYS}, "selection.storageClass must be archive"),
    ({"countType": "sinceImageTransitioned", **DAYS, "storageClass": "archive", "countNumber": 89}, "90 or more"),
    ({"storageClass": "archive"}, "selection.storageClass must be standard"),
    ({"storageClass": None}, "selection.storageClass must be one of"),
    ({"olderThan": 1}, "selection.olderThan is not a member"),
]


@pytest.mark.parametrize(("selection", "reason"), BROKEN_SELECTIONS)
def test_a_broken_selection_is_refused_by_its_member(selection: Json, reason: str) -> None:
    assert reason in refusal(rule(**selection))


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"type": "delete"}, "action.type"),
        ({"targetStorageClass": "archive"}, "action.type must be given"),
        ({"type": "transition"}, "action.targetStorageClass must be archive"),
        ({"type": "transition", "targetStorageClass": "standard"}, "action.targetStorageClass must be archive"),
        ({"type": "expire", "targetStorageClass": "archive"}, "action.targetStorageClass must not be given"),
        ({"type": "expire", "targetStorageClass": None}, "action.targetStorageClass must not be given"),
    ],
)
def test_a_broken_action_is_refused_by_its_member(action: Json, reason: str) -> None:
    assert reason in refusal(rule(1, action))


def test_what_is_archived_can_only_be_expired() -> None:
    archived = rule(1, ARCHIVE, countType="sinceImageTransitioned", storageClass="archive", **DAYS)
    assert "action.type must be expire" in refusal(archived)


@pytest.mark.parametrize("priority", [0, -1, "1", None, True, 1.5])
def test_a_priority_is_a_positive_integer(priority: Any) -> None:
    assert "rules[0].rulePriority" in refusal(rule(priority))


@pytest.mark.parametrize("missing", ["rulePriority", "selection", "action"])
def test_a_rule_without_one_of_its_members_is_refused(missing: str) -> None:
    broken = copy.deepcopy(rule())
    del broken[missing]
    assert f"rules[0].{missing} must be given" in refusal(broken)


def test_rules_that_contradict_each_other_are_refused() -> None:
    tagged = {"tagStatus": "tagged"}
    assert "another rulePriority" in refusal(rule(1), rule(1, tagStatus="untagged"))
    assert "one rule for tagStatus untagged" in refusal(rule(1, tagStatus="untagged"), rule(2, tagStatus="untagged"))
    assert "one rule for tagStatus any" in refusal(rule(1), rule(2))
    assert "the highest rulePriority" in refusal(rule(1), rule(2, tagStatus="untagged"))
    assert "another tagPrefixList" in refusal(
        rule(1, tagPrefixList=["a", "b"], **tagged), rule(2, tagPrefixList=["b", "a", "a"], **tagged)
    )
    assert "another tagPatternList" in refusal(
        rule(1, tagPatternList=["a*"], **tagged), rule(2, tagPatternList=["a*"], **tagged)
    )


def test_each_storage_class_has_its_own_last_and_its_own_untagged_rule() -> None:
    archived = {"countType": "sinceImageTransitioned", "storageClass": "archive", **DAYS}
    policy = parse(rule(1), rule(2, **archived | {"tagStatus": "untagged"}), rule(3, **archived))
    assert len(policy.rules) == 3


def test_a_policy_has_at_most_fifty_rules() -> None:
    rules = [rule(place, tagStatus="tagged", tagPrefixList=[f"v{place}"]) for place in range(1, 52)]
    assert len(parse(*rules[:50]).rules) == 50
    assert "1 to 50 rules" in refusal(*rules)


@pytest.mark.parametrize(
    ("pattern", "tag", "expected"),
    [
        ("prod*", "prod", True),
        ("prod*", "production-team1", True),
        ("prod*", "repo-production", False),
        ("*prod*", "repo-production", True),
        ("prod", "prod1", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*", "", True),
        ("a*bc*cd", "abcd", False),
        ("a*bc*cd", "abccd", True),
        ("v1.0", "v1x0", False),
    ],
)
def test_a_wildcard_stands_for_any_characters(pattern: str, tag: str, expected: bool) -> None:
    assert matches(pattern, tag) is expected


def test_a_pattern_that_nearly_matches_takes_no_more_than_linear_time() -> None:
    assert not matches("*a*a*a*b", "a" * 1_000_000 + "c")
