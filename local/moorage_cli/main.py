"""The `moorage` command: options and error messages. Other modules run the subcommands."""

from pathlib import Path
from typing import Annotated

import typer
from moorage_gateway.process import LOOPBACK
from moorage_local.engines.process import EngineError

from moorage_cli import (
    doctor_command,
    rotate_key_command,
    serve_command,
    server_commands,
    streams,
)
from moorage_cli.failures import failing_on
from moorage_cli.server_options import Host, LogLevel, LogLevelOption, Port
from moorage_cli.transfers import image_commands, upload_commands

application = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Run a container registry on this machine, push layers and images to a registry, and check a registry.",
)


application.command(name="serve")(serve_command.serve)
application.command()(server_commands.stop)
application.command()(server_commands.status)


@application.command()
def gateway(
    to: Annotated[str, typer.Option(help="URL of the deployed registry's API.")],
    port: Port = 4510,
    host: Host = LOOPBACK,
    certificate: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File of the TLS certificate (PEM). With it, the server uses HTTPS."
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File of the certificate's private key, if it is not in the same file."
        ),
    ] = None,
    log_level: LogLevelOption = LogLevel.INFO,
) -> None:
    """Run a proxy for a deployed registry. It signs each request with this machine's AWS credentials.

    Every client that can connect to this server has the permissions of these credentials.
    """
    from botocore.exceptions import BotoCoreError
    from moorage_client.endpoint import EndpointError

    from moorage_cli import gateway_command

    options = gateway_command.GatewayOptions(
        endpoint=to, host=host, port=port, certificate=certificate, key=key, log_level=log_level
    )
    with failing_on(EndpointError, BotoCoreError, OSError):
        gateway_command.run(options)


@application.command()
def fsck(
    stack: Annotated[str | None, typer.Option(help="CloudFormation name of a deployed stack.")] = None,
    state: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="State directory of a local server.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read and hash all content.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove garbage, correct image records, and mark lost content.")
    ] = False,
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
    with failing_on(EngineError, SettingsError, MoorageError, BotoCoreError, ClientError, OSError, status=2):
        status = checking.run(Fsck(verify=verify, repair=repair), stack_name=stack, state=state, as_json=as_json)
    raise typer.Exit(status)


application.command()(doctor_command.doctor)
application.command(name="rotate-key")(rotate_key_command.rotate_key)
application.command()(upload_commands.push)
application.command()(upload_commands.uploads)
application.command()(image_commands.load)
application.command()(image_commands.save)


def main() -> None:
    """Entry point of the installed command."""
    streams.make_usable()
    application()
