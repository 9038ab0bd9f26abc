"""Every fault at every AWS call of every operation: the retry converges, nothing breaks, nothing is left behind."""

import random
from collections.abc import Callable

import pytest
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff
from moorage.adapters.dynamodb import conditional_writes
from moorage.domain.errors import MoorageError
from moorage.wire.direct.operations import OPERATIONS as DIRECT_OPERATIONS
from moorage.wire.ecr.operations import HANDLERS
from moorage.wire.oci.protocol import OPERATIONS as OCI_OPERATIONS
from moorage_local.stack.stack import Stack

from tests.support.faults.injection import FAULTS, Crash, Fault, Injector
from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.faults.scenarios import ONE, SCENARIOS, TWO, Scenario, repository_name
from tests.support.layers import digest_of

ATTEMPTS = 3
MODELLED_UNDER_FAULT = {None, "ServerException", "KmsException", "TOOMANYREQUESTS", "DENIED"}
"""The last two are what the OCI API answers where the others answer ServerException and KmsException."""
CALLS_NOTHING = {"DescribeRegistry", "GetAuthorizationToken", "GetToken", "GetApiVersion"}
"""Operations without an AWS call: they answer from the settings."""
FAULTS_OF_A_SAMPLE = 6
Case = tuple[int, Fault]
"""The place of a call, and what goes wrong there."""


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries stay, their pauses go; and the SDK's retry quota, which hundreds of faults would use up."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
    monkeypatch.setattr(RetryQuota, "acquire", lambda *_: True)
    monkeypatch.setattr(conditional_writes, "conflict_pauses", lambda _: iter([0.0] * 7))


def _covering(cases: list[Case]) -> list[Case]:
    """Some of the cases: each call fails, and so many faults happen; `make test-long` runs them all."""
    failed: set[int] = set()
    happened: set[str] = set()
    chosen = []
    for place, fault in random.Random(len(cases)).sample(cases, len(cases)):
        if place not in failed or (fault.name not in happened and len(happened) < FAULTS_OF_A_SAMPLE):
            chosen.append((place, fault))
            failed.add(place)
            happened.add(fault.name)
    return sorted(chosen, key=lambda case: case[0])


def test_every_operation_has_a_scenario() -> None:
    operations = {*HANDLERS, *OCI_OPERATIONS, *DIRECT_OPERATIONS}
    assert {
        scenario.operation for scenario in SCENARIOS if scenario.operation[0].isupper()
    } == operations - CALLS_NOTHING


@pytest.mark.parametrize("select", [_covering, pytest.param(list, marks=pytest.mark.long)], ids=["sample", "all"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_fault_at_every_call_converges(
    scenario: Scenario,
    select: Callable[[list[Case]], list[Case]],
    stack: Stack,
    record_property: Callable[[str, object], None],
) -> None:
    registry = LocalRegistry(scenario.part_size_bytes)
    injector = Injector(registry.aws_clients)
    calls = _calls_of(scenario, registry, injector)
    cases = select([(place, fault) for place, call in enumerate(calls) for fault in FAULTS if fault.fits(call)])
    for place, fault in cases:
        case = f"{scenario.name}: {fault.name} at {place + 1}. {calls[place]}"
        try:
            _run(scenario, registry, injector, place, fault)
        except AssertionError as failure:
            raise AssertionError(case) from failure
        except Exception as failure:
            raise AssertionError(f"{case}: {failure!r}") from failure
    record_property("fault_cases", len(cases))
    record_property("fault_calls", f"{scenario.name}: {', '.join(call.partition('.')[2] for call in calls)}")
    assert cases


def _calls_of(scenario: Scenario, registry: LocalRegistry, injector: Injector) -> list[str]:
    """The calls that the operation really makes."""
    name, act = _prepared(scenario, registry)
    registry.asked.clear()
    with injector.watching():
        error, body = act()
    assert scenario.operation in registry.asked or scenario.operation[0].islower(), registry.asked
    assert error in scenario.retry_may_answer, body
    calls = list(injector.calls)
    _require_everything_right(registry, name)
    registry.require_nothing_left()
    return calls


def _run(scenario: Scenario, registry: LocalRegistry, injector: Injector, place: int, fault: Fault) -> None:
    name, act = _prepared(scenario, registry)
    with injector.watching(place, fault):
        error, body = _under_fault(act)
    expected = scenario.retry_may_answer if fault.passes else MODELLED_UNDER_FAULT | scenario.retry_may_answer
    assert error in expected, body
    assert not registry.broken(), "broken right after the fault"
    for _ in range(ATTEMPTS):
        error, body = act()
        if error in scenario.retry_may_answer:
            break
        # What a crash left behind of a verification ends with its lease.
        registry.now += registry.ports.limits.verification.lease_seconds + 1
    assert error in scenario.retry_may_answer, body
    _require_everything_right(registry, name)
    registry.require_nothing_left()


def _prepared(scenario: Scenario, registry: LocalRegistry) -> tuple[str, Act]:
    name = repository_name()
    registry.must("CreateRepository", repositoryName=name)
    act = scenario.prepare(registry, name)
    if not scenario.name.startswith("reaper"):
        registry.reap()
    return name, act


def _under_fault(act: Act) -> Answer:
    try:
        return act()
    except Crash:
        return "ServerException", {"message": "the Lambda is gone"}
    except MoorageError as refused:
        # The reaper answers no one: an exception makes the stream deliver again.
        return "ServerException", {"message": str(refused)}


def _require_everything_right(registry: LocalRegistry, name: str) -> None:
    """No broken invariant, and every layer's bytes are its digest's."""
    assert not registry.broken(verify=True)
    error, body = registry.call(
        "BatchCheckLayerAvailability",
        repositoryName=name,
        layerDigests=[digest_of(content) for content in (ONE, TWO, ONE + TWO)],
    )
    for layer in body.get("layers", []) if error is None else []:
        if layer["layerAvailability"] == "AVAILABLE":
            assert digest_of(registry.download(name, layer["layerDigest"])) == layer["layerDigest"]
