"""`moorage serve`: engines, functions and the HTTP API in one process, until SIGINT or SIGTERM.

The engines take longest to start. So nothing large is imported before they have been started: registry_server.py is
imported meanwhile.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import FrameType

import moorage
from moorage_gateway import process

from moorage_local.access.access_keys import AccessKey, load_access_keys
from moorage_local.engines import installation
from moorage_local.server import process_record
from moorage_local.server.background import Announce
from moorage_local.stack import environment, registry_id
from moorage_local.stack.stack import starting_stack

OPEN = "Everybody who reaches this address may do everything. --require-auth FILE asks for access keys."
CLOSED = "Requests need a signature, a token or a password of the access keys in {file}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What the command line says. Without a file of access keys, the server is open to everybody.

    Raises: RegistryIdError for an id that is not 12 digits.
    """

    port: int
    state: Path
    sweep_seconds: float
    host: str = process.LOOPBACK
    access_keys: Path | None = None
    registry_id: str | None = None
    test_controls: bool | None = None
    """Whether anybody who reaches the server may reset it and move its clock; None: if only this machine reaches it."""

    def __post_init__(self) -> None:
        if self.registry_id is not None:
            registry_id.check(self.registry_id)

    @property
    def has_test_controls(self) -> bool:
        """What `test_controls` comes to. With access keys, there are none: they ask for no key."""
        if self.access_keys is not None:
            return False
        return self.host == process.LOOPBACK if self.test_controls is None else self.test_controls

    @property
    def notice(self) -> str:
        """The sentence about who may use the server."""
        return OPEN if self.access_keys is None else CLOSED.format(file=self.access_keys)


def print_announcement(text: str) -> None:
    """Print what the server says when it is ready; stdout itself goes to the functions' log then."""
    print(text, file=sys.__stdout__, flush=True)


def serve(options: ServeOptions, announce: Announce = print_announcement) -> None:
    """Serve until SIGINT or SIGTERM, then return normally. `announce` is called when the server is ready.

    Raises: EngineError, OSError; AccessKeysError for a file that cannot be used.
    """
    keys = load_access_keys(options.access_keys) if options.access_keys else None
    signal.signal(signal.SIGTERM, _interrupt)
    process.return_large_blocks()
    with suppress(KeyboardInterrupt), process_record.only_server_of(options.state) as record:

        def ready(address: str) -> None:
            record.ready(address)
            announce(f"Moorage is listening on {address}\n{options.notice}")

        _serve(options, keys, ready)


def _serve(options: ServeOptions, keys: Mapping[str, AccessKey] | None, ready: Callable[[str], None]) -> None:
    functions = installation.functions_directory()
    users = environment.leave_users_environment(os.environ)
    if options.registry_id is not None:
        users[environment.REGISTRY_ID_VARIABLE] = options.registry_id
    with process.listen(options.port, options.host) as listener:
        address = process.url_of(listener)
        domain_name = address.removeprefix("http://")
        with starting_stack(options.state, domain_name=domain_name, environ=users, meanwhile=_import_server) as stack:
            from moorage_local.server import registry_server

            server = registry_server.RegistryServer(
                stack=stack,
                state=options.state,
                functions=functions,
                sweep_seconds=options.sweep_seconds,
                has_test_controls=options.has_test_controls,
                keys=keys,
            )
            registry_server.serve(server, listener, lambda: ready(address))


def _import_server() -> None:
    """What serves, and the whole package: functions import what a request needs when it comes, which takes time."""
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # Python may make another error of an interrupt inside an import
    try:
        import_module("moorage_local.server.registry_server")
        for module in walk_packages(moorage.__path__, "moorage."):
            import_module(module.name)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Before the server runs, SIGTERM acts like Ctrl-C, so that engines that are starting are stopped."""
    raise KeyboardInterrupt
