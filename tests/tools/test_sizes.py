"""Folders and modules stay small enough to be read: DESIGN's limits for the package and for local/."""

from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOTS = ("layers/moorage/moorage", "local", "functions")
MAX_FILES = 13
MAX_LINES = 200
LARGER = {
    "layers/moorage/moorage/adapters/dynamodb/uploads.py": "to be split: the head's writes and the parts' writes",
    "layers/moorage/moorage/adapters/dynamodb": "to be split by resource: one adapter or model for each kind of item",
    "layers/moorage/moorage/domain": "one module for each thing that the registry knows",
    "layers/moorage/moorage/domain/errors.py": "the one tree of errors: its worth is that it is one",
    "layers/moorage/moorage/adapters/dynamodb/images.py": "to be split: reads and changes",
    "layers/moorage/moorage/bootstrap.py": "to be split: one module for each function's ports",
    "layers/moorage/moorage/domain/policy": "the evaluator's parts, each of them small",
    "layers/moorage/moorage/usecases/images": "one module for each operation on images",
    "layers/moorage/moorage/wire/ecr": "one module for each group of operations",
    "layers/moorage/moorage/adapters/dynamodb/models.py": "the one table's items, with their keys on top",
}
"""What is larger, and why."""


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
    assert not _too_large() - LARGER.keys()


@pytest.mark.parametrize("name", sorted(LARGER))
def test_what_is_allowed_to_be_larger_still_is(name: str):
    assert name in _too_large(), "take it off the list"
