"""The `moorage` command: options and messages; the work is in a module of each subcommand's name."""

from pathlib import Path
from typing import Annotated

import typer
from moorage_local import serve as serving
from moorage_local.engines.process import EngineError
from moorage_local.stack.expiry import PAUSE_SECONDS

application = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A container-layer registry: run one here, push to it, check it.",
)


@application.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4510,
    state: Annotated[Path, typer.Option(help="Directory that keeps layers and records.")] = Path(".state"),
    sweep_seconds: Annotated[float, typer.Option(help="Time between two looks for expired uploads.")] = PAUSE_SECONDS,
) -> None:
    """Run the registry on this machine, until Ctrl-C.

    AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB put services of yours in the place of the embedded ones.
    """
    try:
        serving.serve(port, state, sweep_seconds)
    except (EngineError, OSError) as error:
        typer.echo(f"moorage: {error}", err=True)
        raise typer.Exit(1) from error


@application.command()
def fsck(
    stack: Annotated[str | None, typer.Option(help="A deployed stack, by its CloudFormation name.")] = None,
    state: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="The state directory of a local server.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read and hash all content.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Remove garbage, and nothing else.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Hold the records against the bucket.

    Exit status: 0 if nothing is wrong, or nothing is left wrong; 1 if something is; 2 if it could not be looked at.

    Without --stack and --state, MOORAGE_TABLE, MOORAGE_BUCKET, MOORAGE_REGISTRY_ID and AWS_REGION name the registry.
    """
    # Here, so that `serve` starts without what only fsck needs.
    from botocore.exceptions import BotoCoreError, ClientError
    from moorage.domain.errors import MoorageError
    from moorage.settings import SettingsError
    from moorage.usecases.fsck.fsck import Fsck

    from moorage_cli import fsck_command as checking

    if stack is not None and state is not None:
        raise typer.BadParameter("give --stack or --state, not both")
    try:
        status = checking.run(Fsck(verify=verify, repair=repair), stack_name=stack, state=state, as_json=as_json)
    except (EngineError, SettingsError, MoorageError, BotoCoreError, ClientError, OSError) as error:
        typer.echo(f"moorage: {error}", err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(status)


ENDPOINT = "http://127.0.0.1:4510"
_Endpoint = Annotated[str, typer.Option(envvar="MOORAGE_ENDPOINT", help="Where the registry's API is.")]


@application.command()
def push(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The layer.")],
    repository: Annotated[str, typer.Option(help="The repository that gets it.")],
    endpoint: _Endpoint = ENDPOINT,
    media_type: Annotated[str | None, typer.Option(help="The layer's media type.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Parts on their way at a time.")] = 4,
) -> None:
    """Send a layer straight to S3, in parallel, and print its digest. Interrupted, the same command goes on."""
    from moorage_client.push import PushOptions

    from moorage_cli import push_command

    options = PushOptions(file=file, repository=repository, endpoint=endpoint, media_type=media_type, parallel=parallel)
    raise typer.Exit(push_command.run(options))


@application.command()
def uploads() -> None:
    """List the pushes under way from this machine."""
    from moorage_cli import push_command

    push_command.run_uploads()


def main() -> None:
    """Entry point of the installed command."""
    application()
