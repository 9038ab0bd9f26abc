"""Folders and modules stay small enough to be read: DESIGN's limits for the package and for local/."""

from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
ROOTS = ("layers/moorage/moorage", "local", "functions")
MAX_FILES = 13
MAX_LINES = 200


def _modules() -> Iterator[Path]:
    for root in ROOTS:
        yield from (path for path in (CHECKOUT / root).rglob("*.py") if path.name != "__init__.py")


def _too_large() -> set[str]:
    modules = list(_modules())
    folders = {path.parent for path in modules}
    full = {folder for folder in folders if sum(path.parent == folder for path in modules) > MAX_FILES}
    long = {path for path in modules if len(path.read_text().splitlines()) > MAX_LINES}
    return {str(each.relative_to(CHECKOUT)) for each in full | long}


def test_no_folder_has_more_than_thirteen_modules_and_no_module_more_than_two_hundred_lines():
    assert not _too_large()
