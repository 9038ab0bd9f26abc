"""What tests may ask of a local server beside its APIs: throw all state away, and move the clock.

POST /_moorage/reset                                 204
GET  /_moorage/clock                                 {"now": 1764100000.0, "offsetSeconds": 0}
POST /_moorage/clock   {"advanceSeconds": 86400}     the same, after everything that is now due was done
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from moorage_gateway.exchange import Answer, IncomingRequest, Route
from moorage_gateway.messages import message_answer

from moorage_local.lambda_runtime.event_sources import EventSources
from moorage_local.server.clock import ClockError, MovableClock
from moorage_local.server.request_lock import LockedRoute, RequestLock
from moorage_local.stack.reset import reset_stack
from moorage_local.stack.stack import Stack

RESET_PATH = "/_moorage/reset"
CLOCK_PATH = "/_moorage/clock"
MAX_BODY_BYTES = 10_000
_ALLOWED = {("POST", RESET_PATH), ("POST", CLOCK_PATH), ("GET", CLOCK_PATH)}


class ResetError(Exception):
    """The state cannot be thrown away; the message says why."""


class Controls:
    """The route of both."""

    def __init__(
        self,
        clock: MovableClock,
        lock: RequestLock,
        *,
        reset: Callable[[], None],
        do_what_is_due: Callable[[], None],
    ) -> None:
        """`reset` and `do_what_is_due` run in a thread; `reset` runs while no request does. It raises ResetError."""
        self._clock = clock
        self._lock = lock
        self._reset = reset
        self._do_what_is_due = do_what_is_due

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is one of those above."""
        return (method, path) in _ALLOWED

    async def answer(self, request: IncomingRequest) -> Answer:
        """Do it. A browser's page must not reach it: pages of other sites could throw the state away."""
        if request.header("origin"):
            return message_answer(403, "Browsers are not answered here")
        if request.path == RESET_PATH:
            return await self._answer_reset()
        return await self._answer_clock(request)

    async def _answer_reset(self) -> Answer:
        try:
            async with self._lock.exclusive():
                await asyncio.to_thread(self._reset)
                self._clock.reset()
        except ResetError as error:
            return message_answer(409, str(error))
        return Answer(204)

    async def _answer_clock(self, request: IncomingRequest) -> Answer:
        if request.method == "POST":
            with await request.body.hold(MAX_BODY_BYTES) as held:
                body = bytes(held.load())
            try:
                self._clock.advance(_member(body, "advanceSeconds"))
            except ClockError as error:
                return message_answer(400, str(error))
            await asyncio.to_thread(self._do_what_is_due)
        shown = {"now": self._clock.now(), "offsetSeconds": self._clock.offset_seconds}
        return Answer(200, [("content-type", "application/json")], json.dumps(shown).encode())


def with_controls(
    routes: Sequence[Route], stack: Stack, event_sources: EventSources, clock: MovableClock
) -> list[Route]:
    """The routes, and in front of them the controls of this stack."""

    def reset() -> None:
        if stack.engines.object_events is None or stack.engines.emulator_url is None:
            raise ResetError("A store or a table that this server did not create is not reset")
        with event_sources.paused():
            reset_stack(stack.names, stack.variables)

    lock = RequestLock()
    controls = Controls(clock, lock, reset=reset, do_what_is_due=event_sources.do_what_is_due)
    return [controls, *(LockedRoute(route, lock) for route in routes)]


def _member(body: bytes, name: str) -> Any:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise ClockError("the body is not JSON") from error
    if not isinstance(document, dict) or document.keys() != {name}:
        raise ClockError(f"the body must be an object with the one member {name}")
    return document[name]
