"""The table of operations names each handler's module."""

from importlib import import_module

import pytest
from moorage.wire.ecr.operations import HANDLERS

from tests.support.lambda_build import CHECKOUT

MODULES = sorted(
    path.stem
    for path in (CHECKOUT / "layers/moorage/moorage/wire/ecr/handlers").glob("*.py")
    if not path.stem.startswith("_")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_operations_of_a_module_are_those_that_it_handles(module: str) -> None:
    handled = import_module(f"moorage.wire.ecr.handlers.{module}").HANDLERS
    assert {name for name, named in HANDLERS.items() if named == module} == set(handled)
