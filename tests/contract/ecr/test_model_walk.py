"""Requests made from botocore's model, for every operation that Moorage has: each answer is as the model says.

An answer is checked where the function gives it (`require_modelled`): it has the members of the modelled output or of
an exception that the operation declares, and no others. A new operation is part of the walk by itself. Its requests may
need a recipe (tests/support/ecr/walk/recipes.py) to succeed often enough.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from moorage.wire.ecr.operations import HANDLERS

from tests.support.ecr.model import declared_errors
from tests.support.ecr.registry import Registry
from tests.support.ecr.walk.unreached import reason_of
from tests.support.ecr.walk.walk import SUCCESS, Walk

STEPS = 16
pytestmark = pytest.mark.timeout(900)  # the whole walk is part of the first test
MIN_SUCCESS_SHARE = 0.3
REQUESTS_OF_A_SEED = 1_000
SEEDS = 20


@pytest.fixture(scope="module")
def walk(registry: Registry) -> Walk:
    walk = Walk(registry, seed=0)
    for name in sorted(HANDLERS):
        for _ in range(STEPS):
            walk.step(name)
        walk.malformed(name)
        for exception in sorted(declared_errors(name) - set(walk.answers[name])):
            walk.provoke(name, exception)
    return walk


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_enough_requests_of_an_operation_succeed(walk: Walk, name: str):
    answers = walk.answers[name]
    assert answers[SUCCESS] >= MIN_SUCCESS_SHARE * STEPS, answers


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_every_declared_exception_is_reached_or_there_is_a_reason(walk: Walk, name: str):
    reached = set(walk.answers[name])
    missing = {each for each in declared_errors(name) - reached if not reason_of(name, each)}
    assert not missing
    assert "SerializationException" in reached


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_long_walks_meet_no_server_fault(registry: Registry, seed: int):
    walk = Walk(registry, seed)
    for name in _endlessly():
        walk.step(name)
        if walk.requests >= REQUESTS_OF_A_SEED:
            break
    total = sum(walk.answers.values(), Counter())
    assert total[SUCCESS] >= MIN_SUCCESS_SHARE * total.total()


def _endlessly() -> Iterator[str]:
    while True:
        yield from sorted(HANDLERS)
