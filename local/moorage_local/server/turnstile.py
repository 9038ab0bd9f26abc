"""Requests run side by side; a reset runs alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from moorage_gateway.exchange import Answer, IncomingRequest, Route


class Turnstile:
    """Use it on one event loop."""

    def __init__(self) -> None:
        """Open."""
        self._changed = asyncio.Condition()
        self._running = 0
        self._is_closed = False

    @asynccontextmanager
    async def pass_through(self) -> AsyncIterator[None]:
        """Run beside others; wait while somebody runs alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._is_closed)
            self._running += 1
        try:
            yield
        finally:
            async with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Let nobody in, wait until all others are done, and run."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._is_closed)
            self._is_closed = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._running == 0)
            yield
        finally:
            async with self._changed:
                self._is_closed = False
                self._changed.notify_all()


class HeldRoute:
    """A route whose requests go through the turnstile."""

    def __init__(self, route: Route, turnstile: Turnstile) -> None:
        self._route = route
        self._turnstile = turnstile

    def matches(self, method: str, path: str) -> bool:
        """As the route does."""
        return self._route.matches(method, path)

    async def answer(self, request: IncomingRequest) -> Answer:
        """The route's answer, outside of resets."""
        async with self._turnstile.pass_through():
            return await self._route.answer(request)
