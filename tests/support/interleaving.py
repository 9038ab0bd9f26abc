"""Races and failures at an exact place: something that happens right before or after one call of a port's method."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from moorage.usecases.ports import Ports
from moorage.usecases.ports.reaper import ReaperPorts

Action = Callable[[], Any]
PortsT = TypeVar("PortsT", Ports, ReaperPorts)


def before(ports: PortsT, call: str, action: Action, *, every_time: bool = False) -> PortsT:
    """Ports on which `action` happens right before the next call of `call`, say "catalog.commit", or before each."""
    return _woven(ports, call, lambda run: (action(), run())[1], every_time=every_time)


def after(ports: PortsT, call: str, action: Action) -> PortsT:
    """The same, right after that call."""
    return _woven(ports, call, lambda run: (run(), action())[0])


def failing_before(ports: PortsT, call: str, error: Exception) -> PortsT:
    """Ports on which the next call of `call` raises `error` and does nothing."""

    def fail() -> None:
        raise error

    return before(ports, call, fail)


def failing_after(ports: PortsT, call: str, error: Exception) -> PortsT:
    """Ports on which the next call of `call` does its work and then raises: an answer that was lost."""

    def fail() -> None:
        raise error

    return after(ports, call, fail)


def counting(ports: PortsT, call: str) -> tuple[PortsT, list[str]]:
    """Ports that note each call of `call` in the list."""
    calls: list[str] = []

    def note(run: Action) -> Any:
        calls.append(call)
        return run()

    return _woven(ports, call, note, every_time=True), calls


def _woven(ports: PortsT, call: str, around: Callable[[Action], Any], *, every_time: bool = False) -> PortsT:
    name, method = call.split(".")
    woven: Any = _Woven(getattr(ports, name), method, around, every_time=every_time)
    return replace(ports, **{name: woven})


class _Woven:
    def __init__(self, port: Any, method: str, around: Callable[[Action], Any], *, every_time: bool) -> None:
        self._port = port
        self._method = method
        self._around: Callable[[Action], Any] | None = around
        self._every_time = every_time

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name != self._method or self._around is None:
            return method

        def run(*arguments: Any, **named: Any) -> Any:
            around = self._around
            if around is None:
                return method(*arguments, **named)
            if not self._every_time:
                self._around = None
            return around(lambda: method(*arguments, **named))

        return run
