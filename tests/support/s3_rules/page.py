"""docs/s3-rules.md from the list of rules: `.venv/bin/python -m tests.support.s3_rules.page` writes it."""

from collections.abc import Iterator
from pathlib import Path

from tests.support.s3_rules.catalog import ENFORCED, HARNESS, RULES, SECTIONS, seen_on
from tests.support.s3_rules.rule import Rule

PAGE = Path(__file__).resolve().parents[3] / "docs" / "s3-rules.md"
SHOWN = ("SeaweedFS", "LocalStack", "moto")
_INTRODUCTION = """# S3's rules, and who keeps them in the tests

Each line is a rule of S3's documentation that a registry can depend on. `tests/contract/s3/test_rules.py` runs each
one on three S3s that need no AWS account, and compares what it sees with this list:

- SeaweedFS, on which the tests and `moorage serve` run;
- LocalStack's S3 (localstack-core), in `make test-long` only. The object store's contract tests
  (`tests/contract/ports/test_content.py`) and those of the direct upload API
  (`tests/contract/direct/test_direct_api.py`) run there too;
- moto.

"yes" means that the S3 answers as documented. Otherwise the table shows what was seen instead: often the code of
another error, or that the request was accepted. `.venv/bin/python -m tests.support.s3_rules.page` writes this page.
"""
_HARNESS = """## Rules that only the tests' harness keeps

No S3 here keeps these rules every time, and most never do. The tests enforce them on every request of a botocore client
that they send to SeaweedFS or LocalStack (`tests/support/s3_rules/harness.py`). Presigned requests, and those of other
processes such as `moorage serve`, are not checked.
"""
_INJECTED = """
S3 also documents answers that come at random. No S3 here gives them, so the tests inject them at every call
(`tests/faults/test_every_call.py`): 500 InternalError, 503 SlowDown and ServiceUnavailable, an answer that is lost,
an error inside a 200 of CompleteMultipartUpload, and 409 ConditionalRequestConflict for writes with `If-None-Match`.
"""


def page() -> str:
    """The page."""
    return "\n".join([_INTRODUCTION, *_summary(), "", _HARNESS, *_enforced(), _INJECTED, *_tables()]) + "\n"


def _summary() -> Iterator[str]:
    yield f"| S3 | keeps, of {len(RULES)} rules |"
    yield "|---|---|"
    for engine in SHOWN:
        yield f"| {engine} | {sum(_is_kept(engine, rule) for rule in RULES)} |"
    yield f"| SeaweedFS with {HARNESS} | {sum(_is_kept(HARNESS, rule) for rule in RULES)} |"


def _enforced() -> Iterator[str]:
    for rule in RULES:
        if rule.name in ENFORCED:
            yield f"- {rule.sentence} ({_answer(rule)})"


def _tables() -> Iterator[str]:
    for title, rules in SECTIONS.items():
        yield f"## {title}\n"
        yield f"| rule | S3's answer | {' | '.join(SHOWN)} |"
        yield "|---|---|---|---|---|"
        for rule in rules:
            cells = " | ".join(_cell(engine, rule) for engine in SHOWN)
            kept_by = f" ({HARNESS})" if rule.name in ENFORCED else ""
            yield f"| {rule.sentence}{kept_by} | {_answer(rule)} | {cells} |"
        yield ""


def _cell(engine: str, rule: Rule) -> str:
    return "yes" if _is_kept(engine, rule) else seen_on(engine, rule)


def _answer(rule: Rule) -> str:
    is_code = rule.expected[0].isupper() and rule.expected.isalnum()
    return f"`{rule.expected}`" if is_code else rule.expected


def _is_kept(engine: str, rule: Rule) -> bool:
    return seen_on(engine, rule) == rule.expected


if __name__ == "__main__":
    PAGE.write_text(page())
