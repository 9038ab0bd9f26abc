"""The options of `moorage doctor`; doctor_report.py runs it."""

from typing import Annotated

import typer

from moorage_cli.failures import failing_on


def doctor(
    stack: Annotated[str, typer.Option(help="CloudFormation name of the deployed stack.")],
    role: Annotated[
        str | None,
        typer.Option(
            metavar="ARN", help="Role that may use every route. The IAM check assumes it with fewer permissions."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Check what only an account can show after a deployment: access, settings, events, alarms.

    The checks read. Two of them write empty objects to the bucket, and delete them again.

    Exit status: 0 if there is no fault; 1 if there is one; 2 if the checks could not run.
    """
    # Imported here, so that `serve` does not load what only this command needs.
    from botocore.exceptions import BotoCoreError, ClientError
    from moorage_client.doctor.deployed import StackError

    from moorage_cli import doctor_report

    with failing_on(StackError, BotoCoreError, ClientError, status=2):
        status = doctor_report.run(stack, role, as_json=as_json)
    raise typer.Exit(status)
