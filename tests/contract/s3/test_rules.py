"""Every rule of S3's documentation on every S3: it is kept, or broken in the way that the list says.

docs/s3-rules.md shows the list. An engine that learns a rule, or forgets one, fails here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.support.s3_rules.catalog import DIFFERENCES, ENFORCED, HARNESS, NOT_ALWAYS, RULES, seen_on
from tests.support.s3_rules.rule import Rule, Store, observe
from tests.support.s3_rules.stores import ENGINES, store_at

SLOW = {"LocalStack": pytest.mark.long}
EACH = [
    pytest.param(engine, rule, id=f"{engine}-{rule.name}", marks=SLOW.get(engine, ()))
    for engine in ENGINES
    for rule in RULES
    if seen_on(engine, rule) != NOT_ALWAYS and (engine != HARNESS or rule.name in ENFORCED)
]


@pytest.fixture(scope="module")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """The store of an S3, which is started when it is first asked for."""
    with ExitStack() as running:

        @cache
        def started(engine: str) -> Store:
            return store_at(running.enter_context(ENGINES[engine](tmp_path_factory.mktemp("s3"))))

        yield started


@pytest.mark.parametrize(("engine", "rule"), EACH)
def test_a_rule_is_kept_or_broken_as_the_list_says(store_of: Callable[[str], Store], engine: str, rule: Rule):
    assert observe(rule, store_of(engine)) == seen_on(engine, rule)


def test_each_rule_is_always_kept_by_an_engine_or_by_the_harness():
    for rule in RULES:
        kept_by = [engine for engine in ENGINES if seen_on(engine, rule) == rule.expected]
        assert kept_by, rule.name
        assert (kept_by == [HARNESS]) is (rule.name in ENFORCED), rule.name


def test_the_list_of_differences_names_rules_and_answers_that_differ():
    expected = {rule.name: rule.expected for rule in RULES}
    assert len(expected) == len(RULES)
    for differences in DIFFERENCES.values():
        assert all(seen != expected[name] for name, seen in differences.items())
