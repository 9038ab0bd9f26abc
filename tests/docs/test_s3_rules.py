"""docs/s3-rules.md shows the rules that the tests check."""

from tests.support.s3_rules.page import PAGE, page


def test_the_page_shows_the_list_that_the_tests_check():
    assert PAGE.read_text() == page(), "run .venv/bin/python -m tests.support.s3_rules.page"
