"""What each function's role allows is what the function calls: nothing missing, nothing unused."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from moorage_local.engines.engines import Engines
from moorage_local.stack import resources, stack
from moorage_local.stack.resources import Names

from tests.support.faults import lifecycle_scenarios, registry
from tests.support.faults.scenarios import SCENARIOS
from tests.support.secrets_manager import ENDPOINT, running_secrets_manager
from tests.support.template.calls import Recorder, in_role
from tests.support.template.event_patterns import matches
from tests.support.template.oci_plays import play_oci
from tests.support.template.plays import DIRECT_PLAYS, play_direct, play_scenarios, play_tokens
from tests.support.template.policies import APPLY_LIFECYCLE, ROLES, STREAM, allowed, covers, not_allowed
from tests.support.template.reading import read_template

pytestmark = pytest.mark.timeout(900)  # all plays are part of the first test


@pytest.fixture(scope="module")
def secrets_manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_secrets_manager(tmp_path_factory.mktemp("secrets")) as url:
        yield url


@pytest.fixture(scope="module")
def recorder(engines: Engines, secrets_manager: str) -> Iterator[Recorder]:
    """What every scenario of the fault tests calls, and the plays of the other functions."""
    names = Names(*(f"policies-{kind}-{uuid.uuid4().hex[:8]}" for kind in ("table", "bucket", "queue")))
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch, recorder.recording():
        made = stack.create_resources(engines, names, environ={})
        for name, value in made.variables.items():
            patch.setenv(name, value)
        patch.setenv("MOORAGE_RANGE_BYTES", "256")  # several ranges, so that a checksum can be handed over between them
        patch.setenv(ENDPOINT, secrets_manager)
        patch.setenv("MOORAGE_SET_ASIDE_QUEUE_URL", made.variables["MOORAGE_COMPLETION_QUEUE_URL"] + "-dead")
        # What follows from the stream is the reaper's, the lifecycle is the schedule's; the other functions are known.
        following = recorder.following(registry.handle_record_change)
        patch.setattr(registry, "handle_record_change", in_role(STREAM, following))
        patch.setattr(registry, "change_of", recorder.reading(registry.change_of))
        lifecycle = in_role(APPLY_LIFECYCLE, lifecycle_scenarios.apply_lifecycle)
        patch.setattr(lifecycle_scenarios, "apply_lifecycle", lifecycle)
        play_scenarios(SCENARIOS)
        play_tokens()
        for play in DIRECT_PLAYS:
            play_direct(play)
        play_oci()
    yield recorder
    resources.remove(names, made.variables)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_is_called_is_missing_from_the_policy(role: str, recorder: Recorder) -> None:
    assert not not_allowed(role, recorder.needed[role])


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_the_policy_allows_is_unused(role: str, recorder: Recorder) -> None:
    assert not {
        permission for permission in allowed(role) if not any(covers(permission, c) for c in recorder.needed[role])
    }


@pytest.fixture(scope="module")
def filters() -> list[Any]:
    source = read_template()["Resources"]["RegistryStreamFunction"]["Properties"]["Events"]["Records"]["Properties"]
    return [json.loads(entry["Pattern"]) for entry in source["FilterCriteria"]["Filters"]]


def test_every_record_that_something_follows_from_passes_the_filter_of_the_stream(
    recorder: Recorder, filters: list[Any]
) -> None:
    assert len(filters) <= 5, "Lambda takes no more filters of one event source without a raised quota"
    followed = {_kind(record) for record in recorder.consequential}
    assert followed >= {("INSERT", "layer"), ("INSERT", "tag"), ("MODIFY", "tag"), ("REMOVE", "tag")}
    assert followed >= {("INSERT", "image"), ("MODIFY", "image"), ("REMOVE", "image"), ("REMOVE", "upload")}
    assert followed >= {("INSERT", "upload"), ("MODIFY", "upload")}
    for record in recorder.consequential:
        assert _passes(record, filters), record


def test_few_kinds_of_records_pass_the_filter_though_nothing_follows_from_them(
    recorder: Recorder, filters: list[Any]
) -> None:
    passed = {_kind(record) for record in recorder.idle if _passes(record, filters)}
    assert passed <= {
        ("INSERT", "repository"),
        ("MODIFY", "repository"),
        ("INSERT", "blob"),  # a filter cannot tell whether it has references
        ("MODIFY", "blob"),
        ("MODIFY", "upload"),  # of one that is settled
        ("INSERT", "image"),  # in one batch with the record of its tag
        ("MODIFY", "image"),  # of one that was archived once
    }
    kinds = {_kind(record) for record in recorder.idle}
    assert {("INSERT", "part"), ("INSERT", "use"), ("INSERT", "image_tag"), ("MODIFY", "upload")} <= kinds
    assert any(not _passes(record, filters) for record in recorder.idle if _kind(record) == ("MODIFY", "image"))


def _passes(record: Any, filters: list[Any]) -> bool:
    return any(matches(pattern, record) for pattern in filters)


def _kind(record: Any) -> tuple[str, str]:
    images = record["dynamodb"]
    return record["eventName"], (images.get("NewImage") or images["OldImage"])["kind"]["S"]
