"""The errors that use cases raise, for tests of the protocols' tables."""

import inspect

from moorage.domain import errors


def raised_errors() -> set[type[errors.MoorageError]]:
    """Every error of the tree that is raised: the branches only group."""
    classes = {
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, errors.MoorageError) and value.__module__.startswith(f"{errors.__name__}.")
    }
    return classes - {errors.MoorageError, errors.RequestError}
