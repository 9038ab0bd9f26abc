"""docs/reliability.md and docs/security.md name tests that exist.

A page names a test by its file, with or without a folder, and may add `::` and the function. The name must be unique.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
PAGES = PAGE + (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]*test_\w+\.py(?:::\w+)?)`", PAGES)))


def test_every_name_is_written_in_full():
    assert len(NAMED) > 40
    assert re.findall(r"`[^`]*…[^`]*`", re.sub(r"\*[^*]+\*", "", PAGE)) == []


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name: str):
    file, _, function = name.partition("::")
    (path,) = [path for path in ROOT.glob("tests/**/test_*.py") if path.as_posix().endswith(f"/{file}")]
    assert not function or re.search(rf"^ *def {function}\(", path.read_text(), re.MULTILINE)
