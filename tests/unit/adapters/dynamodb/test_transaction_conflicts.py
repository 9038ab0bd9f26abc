"""The simulation of DynamoDB's transaction conflicts (benchmarks/transaction_conflicts.py) and what it promises."""

from pathlib import Path

import pytest

from benchmarks.transaction_conflicts import LOADS, Load, new_pauses, old_pauses, refused_share

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.title)
def test_at_most_one_commit_in_a_hundred_is_refused(load: Load, seed: int) -> None:
    assert refused_share(load, load.items, new_pauses, seed) <= 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_one_item_for_all_commits_of_a_repository_refuses_many(seed: int) -> None:
    assert refused_share(LOADS[0], 1, old_pauses, seed) >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_longer_retries_alone_do_not_help_one_shared_item(seed: int) -> None:
    assert refused_share(LOADS[1], 1, new_pauses, seed) >= 0.3


def test_the_documented_figures_are_those_of_the_simulation() -> None:
    text = (Path(__file__).parents[4] / "docs" / "reliability.md").read_text()
    for load in LOADS:
        before, after = refused_share(load, 1, old_pauses), refused_share(load, load.items, new_pauses)
        assert f"| {load.title} | {before:.1%} | {after:.1%} |" in text
