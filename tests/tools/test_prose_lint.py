"""The prose lint finds rejected words where people read them, and nothing else."""

import pytest

from tools.prose_lint import ROOT, Hit, Permission, lint, read_permissions, read_rules

RULES = read_rules((ROOT / "tools" / "prose_rules.toml").read_text())


def _words(path: str, text: str) -> list[tuple[int, str]]:
    return [(hit.line, hit.word) for hit in lint(path, text, RULES)]


@pytest.mark.parametrize(
    "sentence",
    [
        "How the digest is come by differs with the way the bytes came",
        "The client gives a direct upload up",
        "goes on behind the last checkpoint",
        "Conditional writes that tell what they met, so that nobody has to read again",
        "holds all records against all content",
        "All that the use cases need of the world",
        "who comes second finds the layer there",
        "nobody could be found who shows it",
        "one a door; the door",
    ],
)
def test_every_sentence_of_the_style_guide_is_rejected(sentence: str):
    assert _words("docs/page.md", sentence)


@pytest.mark.parametrize(
    "source",
    [
        "class Claim: ...",
        "class Shelf: ...",
        "class HeadWrite: ...",
        "class VerificationUnderWayError(Exception): ...",
        "def claim_part(): ...",
        "async def begin(): ...",
        "def read(until): ...",
        "def read(*, pause): ...",
        "ordinal = 1",
        "tries: int = 1",
        "MOST_PARTS = 4",
        "self.largest_layer = 1",
        "for smallest_part in (): ...",
        "def handle(): follow_change = 1",
    ],
)
def test_every_name_of_the_style_guide_is_rejected(source: str):
    assert _words("module.py", source)


def test_a_module_name_is_rejected():
    assert _words("local/engines/child.py", "") == [(1, "child")]


def test_ordinary_words_are_not_rejected():
    assert _words("page.md", "It waits until the upload begins, tries again, and describes what it received.") == []
    assert _words("module.py", "received = begin = [indoor for indoor in children]\nprint(most, until)") == []


def test_a_phrase_is_found_over_a_line_break_a_comment_sign_and_in_an_identifier():
    assert _words("module.py", "x = 1\n# a run goes on\n# from there\n") == [(2, "goes on # from")]
    assert _words("module.py", "def test_a_message_is_set_aside(): ...") == [(1, "set aside")]


def test_a_permission_covers_one_word_in_one_file():
    (permission,) = read_permissions("# comment\ndocs/*.md\tdoors\tthe name of a product\n")
    assert permission.covers(Hit("docs/a.md", 1, "Doors", ""))
    assert not permission.covers(Hit("docs/a.md", 1, "door", ""))
    assert not permission.covers(Hit("README.md", 1, "doors", ""))
    assert Permission("*", "*").covers(Hit("README.md", 1, "doors", ""))


def test_a_permission_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="why"):
        read_permissions("docs/*.md\tdoors\n")
