"""The options of `moorage push` and `moorage uploads`; push_command.py runs them."""

from pathlib import Path
from typing import Annotated

import typer

ENDPOINT = "http://127.0.0.1:4510"
Endpoint = Annotated[str, typer.Option(envvar="MOORAGE_ENDPOINT", help="URL of the registry's API.")]


def push(
    file: Annotated[Path, typer.Argument(exists=True, readable=True, help="File of the layer.")],
    repository: Annotated[str, typer.Option(help="Repository that gets the layer.")],
    endpoint: Endpoint = ENDPOINT,
    media_type: Annotated[str | None, typer.Option(help="Media type of the layer.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Number of parts to send at the same time.")] = 4,
    single_put_up_to: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="BYTES",
            help="Maximum file size that is sent in one request. One request cannot resume after an interruption.",
        ),
    ] = None,
) -> None:
    """Upload a layer directly to S3 and print its digest.

    One request sends a file of up to 100 MB, or up to 5 GB if the registry is on this machine.

    Larger files are sent in parts, in parallel.

    After an interruption, run the same command again: it resumes.
    """
    from moorage_client.push import PushOptions

    from moorage_cli.transfers import push_command

    options = PushOptions(
        file=file,
        repository=repository,
        endpoint=endpoint,
        media_type=media_type,
        parallel=parallel,
        single_put_bytes=single_put_up_to,
    )
    raise typer.Exit(push_command.run(options))


def uploads(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array; sizes are in bytes.")] = False,
) -> None:
    """List the unfinished pushes from this machine.

    If the output is not a terminal, each push is one line of columns separated by tabs.
    """
    from moorage_cli.transfers import push_command

    raise typer.Exit(push_command.run_uploads(as_json=as_json))
