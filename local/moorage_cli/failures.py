"""How a command fails: one line on stderr, and an exit status."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def failing_on(*errors: type[Exception], status: int = 1, prefix: str = "moorage: ") -> Iterator[None]:
    """End the command with this exit status and the text of the error, if one of these is raised inside the block."""
    try:
        yield
    except errors as error:
        typer.echo(f"{prefix}{error}", err=True)
        raise typer.Exit(status) from error
