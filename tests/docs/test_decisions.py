"""The list of decisions is complete."""

from tools.adr_index import FOLDER, INDEX, index


def test_the_index_lists_every_decision_with_its_title_and_status():
    assert INDEX.read_text() == index(INDEX.read_text()), "run .venv/bin/python tools/adr_index.py"


def test_no_two_decisions_have_one_number():
    numbers = [decision.name[:4] for decision in FOLDER.glob("[0-9]*.md")]
    assert sorted(numbers) == sorted(set(numbers))
