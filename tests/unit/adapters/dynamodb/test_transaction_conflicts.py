"""The simulation of DynamoDB's transaction conflicts (benchmarks/transaction_conflicts.py) and what it promises."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.transaction_conflicts import GATES, LINKS, LOADS, ONE_ITEM, Load, new_pauses, refused_share, row

SEEDS = range(5)
BUSY_REPOSITORY, _, BASE_LAYER, MANY_LINKS, MANY_UNLINKS = LOADS


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.title)
def test_at_most_one_request_in_a_hundred_is_refused(load: Load, seed: int) -> None:
    assert refused_share(load, LINKS, seed) <= 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_one_item_for_all_commits_of_a_repository_refuses_many(seed: int) -> None:
    assert refused_share(BUSY_REPOSITORY, ONE_ITEM, seed) >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_longer_retries_alone_do_not_help_one_shared_item(seed: int) -> None:
    assert refused_share(LOADS[1], replace(ONE_ITEM, pauses=new_pauses), seed) >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", [MANY_LINKS, MANY_UNLINKS], ids=lambda load: load.title)
def test_a_counter_of_references_refuses_many_links_within_a_second(load: Load, seed: int) -> None:
    assert refused_share(load, GATES, seed) >= 0.3


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.title)
def test_the_documented_figures_are_those_of_the_simulation(load: Load) -> None:
    text = (Path(__file__).parents[4] / "docs" / "reliability.md").read_text()
    assert f"| {' | '.join(row(load))} |" in text
