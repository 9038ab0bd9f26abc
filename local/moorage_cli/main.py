"""The `moorage` command: options and messages. Each subcommand has a module of its name."""

from pathlib import Path
from typing import Annotated

import typer
from moorage_gateway.server import LOOPBACK
from moorage_local.engines.process import EngineError

from moorage_cli import rotate_key_command, serve_command, streams
from moorage_cli.server_options import Host, LogLevel, LogLevelOption, Port

application = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A container-layer registry: run one here, push to it, check it.",
)


application.command(name="serve")(serve_command.serve)


@application.command()
def gateway(
    to: Annotated[str, typer.Option(help="URL of the deployed registry's API.")],
    port: Port = 4510,
    host: Host = LOOPBACK,
    certificate: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TLS certificate (PEM): speak HTTPS."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its key, if it is in another file.")
    ] = None,
    log_level: LogLevelOption = LogLevel.INFO,
) -> None:
    """Serve a deployed registry from here: requests are signed with this machine's AWS credentials and passed on.

    Whoever reaches this server has the rights of these credentials.
    """
    from botocore.exceptions import BotoCoreError
    from moorage_client.endpoint import EndpointError

    from moorage_cli import gateway_command

    options = gateway_command.GatewayOptions(
        endpoint=to, host=host, port=port, certificate=certificate, key=key, log_level=log_level
    )
    try:
        gateway_command.run(options)
    except (EndpointError, BotoCoreError, OSError) as error:
        typer.echo(f"moorage: {error}", err=True)
        raise typer.Exit(1) from error


@application.command()
def fsck(
    stack: Annotated[str | None, typer.Option(help="CloudFormation name of a deployed stack.")] = None,
    state: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="State directory of a local server.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read and hash all content.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Remove garbage. Nothing else is changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Compare every record with every stored object.

    Exit status: 0 if nothing is wrong, or if everything was repaired; 1 if something is wrong; 2 if the check could not
    run.

    Without --stack and --state, MOORAGE_TABLE, MOORAGE_BUCKET, MOORAGE_REGISTRY_ID and AWS_REGION name the registry.
    """
    # Imported here, so that `serve` does not load what only fsck needs.
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


application.command(name="rotate-key")(rotate_key_command.rotate_key)

ENDPOINT = "http://127.0.0.1:4510"
_Endpoint = Annotated[str, typer.Option(envvar="MOORAGE_ENDPOINT", help="URL of the registry's API.")]


@application.command()
def push(
    file: Annotated[Path, typer.Argument(exists=True, readable=True, help="The layer.")],
    repository: Annotated[str, typer.Option(help="Repository for the layer.")],
    endpoint: _Endpoint = ENDPOINT,
    media_type: Annotated[str | None, typer.Option(help="Media type of the layer.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Number of parts to send at the same time.")] = 4,
    single_put_up_to: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="BYTES", help="Send a file of up to this size by one request, which cannot resume halfway."
        ),
    ] = None,
) -> None:
    """Send a layer straight to S3, and print its digest.

    One request sends up to 100 MB, or up to 5 GB to this machine; larger files are sent in parts, in parallel.

    After an interruption, the same command resumes.
    """
    from moorage_client.push import PushOptions

    from moorage_cli import push_command

    options = PushOptions(
        file=file,
        repository=repository,
        endpoint=endpoint,
        media_type=media_type,
        parallel=parallel,
        single_put_bytes=single_put_up_to,
    )
    raise typer.Exit(push_command.run(options))


@application.command()
def uploads(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as a JSON array, sizes in bytes.")] = False,
) -> None:
    """List the unfinished pushes from this machine.

    Where the output is no terminal: a line for each, its columns separated by tabs.
    """
    from moorage_cli import push_command

    raise typer.Exit(push_command.run_uploads(as_json=as_json))


def main() -> None:
    """Entry point of the installed command."""
    streams.make_usable()
    application()
