"""Suites, tools and benchmarks share code through tests/support only: one suite can change without another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOTS = ("tests", "tools", "benchmarks")
SHARED = "tests.support"


def _imported(module: ast.Module) -> Iterator[str]:
    """The names of the modules that it may import; a relative import begins with a dot."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _of_a_suite(source: str) -> list[str]:
    def is_of_a_suite(name: str) -> bool:
        is_ours = name.startswith((".", "conftest")) or f"{name}.".startswith("tests.")
        return is_ours and not f"{name}.".startswith(f"{SHARED}.")

    return [name for name in _imported(ast.parse(source)) if is_of_a_suite(name)]


@pytest.mark.parametrize(
    "line",
    [
        "import tests.contract.conftest",
        "from tests.unit.conftest import world",
        "from tests import contract",
        "from .conftest import world",
        "from . import conftest",
        "from conftest import world",
        "from tests.supporting import world",
        "def late():\n    from tests.faults import conftest",
    ],
)
def test_an_import_from_a_suite_is_found(line: str):
    assert _of_a_suite(line)


def test_an_import_from_support_is_none():
    assert not _of_a_suite("import json\nfrom tests import support\nfrom tests.support.fakes.world import World")


def test_nothing_imports_from_a_suite():
    modules = [path for root in ROOTS for path in (CHECKOUT / root).rglob("*.py")]
    found = {str(path.relative_to(CHECKOUT)): _of_a_suite(path.read_text()) for path in modules}
    assert len(modules) > 300
    assert {path: names for path, names in found.items() if names} == {}
