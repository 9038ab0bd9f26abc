"""Parses the text of a lifecycle policy. Errors name the member by its path.

The grammar is that of the ECR User Guide. Where it is not clear, we chose the stricter rule: a policy deletes images.

- Unknown members, nulls and wrong types are refused.
- A rule for `any` comes after all other rules of its storage class; one rule for `untagged` and one for `any` in each.
- No two rules of a storage class have the same prefixes or the same patterns.
- `sinceImagePulled` only archives; `sinceImageTransitioned` only expires, and only what is archived.
"""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from moorage.domain.errors import InvalidParameterError
from moorage.domain.lifecycle.policy import Action, CountType, LifecyclePolicy, Rule, StorageClass, TagStatus

MAX_RULES = 50
"""Rules per lifecycle policy (Amazon ECR service quotas)."""
MAX_WILDCARDS = 4
"""Wildcards in one pattern (ECR User Guide, tagPatternList)."""
MIN_ARCHIVED_DAYS = 90
"""ECR refuses to expire images that were archived for less (its minimum storage duration)."""
MAX_DESCRIPTION_LENGTH = 256
MAX_NUMBER = 2**31 - 1
"""The largest integer of the ECR API model; in days, more than any clock counts."""
MAX_TAG_LENGTH = 300
"""`max` of ImageTag in the ECR API model."""
_TAG_CHARACTERS = re.compile(r"[0-9A-Za-z._-]+")
_PATTERN_CHARACTERS = re.compile(r"[0-9A-Za-z._*-]+")
_NAME = "LifecyclePolicyText"

E = TypeVar("E", bound=StrEnum)


def parse_lifecycle_policy(text: str) -> LifecyclePolicy:
    """Read and check a policy.

    Raises: InvalidParameterError, naming the member of the policy and what it must be.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _failure("the text", "must be JSON") from error
    members = _members(document, "the policy", required={"rules"})
    listed = members["rules"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_RULES:
        _refuse("rules", f"must be a list of 1 to {MAX_RULES} rules")
    rules = [_rule(each, f"rules[{place}]") for place, each in enumerate(listed)]
    _check_together(rules)
    return LifecyclePolicy(tuple(sorted(rules, key=lambda rule: rule.priority)))


def _rule(value: Any, path: str) -> Rule:
    members = _members(value, path, required={"rulePriority", "selection", "action"}, optional={"description"})
    selection_path = f"{path}.selection"
    selection = _members(
        members["selection"],
        selection_path,
        required={"tagStatus", "countType", "countNumber"},
        optional={"tagPrefixList", "tagPatternList", "storageClass", "countUnit"},
    )
    rule = Rule(
        priority=_positive(members["rulePriority"], f"{path}.rulePriority"),
        description=_text(members.get("description", ""), f"{path}.description", MAX_DESCRIPTION_LENGTH),
        tag_status=_one_of(TagStatus, selection["tagStatus"], f"{selection_path}.tagStatus"),
        tag_prefixes=_tags(selection, "tagPrefixList", selection_path, _TAG_CHARACTERS),
        tag_patterns=_tags(selection, "tagPatternList", selection_path, _PATTERN_CHARACTERS),
        storage_class=_one_of(
            StorageClass, selection.get("storageClass", "standard"), f"{selection_path}.storageClass"
        ),
        count_type=_one_of(CountType, selection["countType"], f"{selection_path}.countType"),
        count=_positive(selection["countNumber"], f"{selection_path}.countNumber"),
        action=_action(members["action"], f"{path}.action"),
    )
    _check_selection(rule, selection, selection_path)
    _check_combination(rule, path)
    return rule


def _action(value: Any, path: str) -> Action:
    members = _members(value, path, required={"type"}, optional={"targetStorageClass"})
    action = _one_of(Action, members["type"], f"{path}.type")
    target = members.get("targetStorageClass")
    if action is Action.TRANSITION and target != StorageClass.ARCHIVE:
        _refuse(f"{path}.targetStorageClass", "must be archive where the type is transition")
    if action is Action.EXPIRE and "targetStorageClass" in members:
        _refuse(f"{path}.targetStorageClass", "must not be given where the type is expire")
    return action


def _check_selection(rule: Rule, selection: dict[str, Any], path: str) -> None:
    lists = [name for name in ("tagPrefixList", "tagPatternList") if name in selection]
    if rule.tag_status is TagStatus.TAGGED and len(lists) != 1:
        _refuse(path, "must have either tagPrefixList or tagPatternList where tagStatus is tagged")
    if rule.tag_status is not TagStatus.TAGGED and lists:
        _refuse(f"{path}.{lists[0]}", "must not be given unless tagStatus is tagged")
    for pattern in rule.tag_patterns:
        if pattern.count("*") > MAX_WILDCARDS:
            _refuse(f"{path}.tagPatternList", f"must have at most {MAX_WILDCARDS} wildcards in each pattern")
    counts_days = rule.count_type is not CountType.IMAGE_COUNT
    if counts_days and selection.get("countUnit") != "days":
        _refuse(f"{path}.countUnit", f"must be days where countType is {rule.count_type}")
    if not counts_days and "countUnit" in selection:
        _refuse(f"{path}.countUnit", f"must not be given where countType is {rule.count_type}")


def _check_combination(rule: Rule, path: str) -> None:
    since_transitioned = rule.count_type is CountType.SINCE_TRANSITIONED
    expected = StorageClass.ARCHIVE if since_transitioned else StorageClass.STANDARD
    if rule.storage_class is not expected:
        _refuse(f"{path}.selection.storageClass", f"must be {expected} where countType is {rule.count_type}")
    if since_transitioned and rule.action is not Action.EXPIRE:
        _refuse(f"{path}.action.type", f"must be expire where countType is {rule.count_type}")
    if since_transitioned and rule.count < MIN_ARCHIVED_DAYS:
        _refuse(f"{path}.selection.countNumber", f"must be {MIN_ARCHIVED_DAYS} or more for archived images")
    if rule.count_type is CountType.SINCE_PULLED and rule.action is not Action.TRANSITION:
        _refuse(f"{path}.action.type", f"must be transition where countType is {rule.count_type}")


def _check_together(rules: list[Rule]) -> None:
    if len({rule.priority for rule in rules}) < len(rules):
        _refuse("rules", "must each have another rulePriority")
    for storage_class in StorageClass:
        of_class = [rule for rule in rules if rule.storage_class is storage_class]
        for status in (TagStatus.UNTAGGED, TagStatus.ANY):
            if sum(rule.tag_status is status for rule in of_class) > 1:
                _refuse("rules", f"must have at most one rule for tagStatus {status} and storageClass {storage_class}")
        if any(rule.tag_status is TagStatus.ANY for rule in sorted(of_class, key=lambda rule: rule.priority)[:-1]):
            _refuse("rules", "must give the rule with tagStatus any the highest rulePriority of its storageClass")
        _check_distinct((frozenset(rule.tag_prefixes) for rule in of_class), "tagPrefixList")
        _check_distinct((frozenset(rule.tag_patterns) for rule in of_class), "tagPatternList")


def _check_distinct(tag_sets: Iterable[frozenset[str]], name: str) -> None:
    given = [tags for tags in tag_sets if tags]
    if len(set(given)) < len(given):
        _refuse("rules", f"must each have another {name}")


def _members(value: Any, path: str, *, required: set[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(path, "must be an object")
    for name in sorted(required - value.keys()):
        _refuse(f"{path}.{name}", "must be given")
    for name in sorted(value.keys() - required - set(optional)):
        _refuse(f"{path}.{name[:64]}", "is not a member of a lifecycle policy")
    return value


def _tags(selection: dict[str, Any], name: str, path: str, characters: re.Pattern[str]) -> tuple[str, ...]:
    if name not in selection:
        return ()
    listed = selection[name]
    if not isinstance(listed, list) or not listed:
        _refuse(f"{path}.{name}", "must be a list of at least one string")
    for place, each in enumerate(listed):
        where = f"{path}.{name}[{place}]"
        if not characters.fullmatch(_text(each, where, MAX_TAG_LENGTH)):
            _refuse(where, "must be made of the characters of image tags")
    return tuple(listed)


def _text(value: Any, path: str, max_length: int) -> str:
    if not isinstance(value, str) or len(value) > max_length:
        _refuse(path, f"must be a string of at most {max_length} characters")
    return value


def _positive(value: Any, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_NUMBER:
        _refuse(path, f"must be an integer from 1 to {MAX_NUMBER}")
    return value


def _one_of(kind: type[E], value: Any, path: str) -> E:
    if not isinstance(value, str) or value not in {each.value for each in kind}:
        _refuse(path, f"must be one of {', '.join(kind)}")
    return kind(value)


def _failure(path: str, reason: str) -> InvalidParameterError:
    return InvalidParameterError(_NAME, f"Lifecycle policy validation failure: {path} {reason}")


def _refuse(path: str, reason: str) -> NoReturn:
    raise _failure(path, reason)
