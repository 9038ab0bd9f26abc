"""Options that every command that runs a server has."""

from enum import StrEnum
from typing import Annotated

import typer


class LogLevel(StrEnum):
    """How much the server writes to stderr."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


Port = Annotated[int, typer.Option(help="Port to listen on; 0 selects a free port.")]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is reachable from other machines.")]
LogLevelOption = Annotated[LogLevel, typer.Option(help="Log level for stderr; `info` logs one line for each request.")]
