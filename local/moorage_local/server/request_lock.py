"""A lock that many requests share, and that a reset holds exclusively."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from moorage_gateway.exchange import Answer, IncomingRequest, Route


class RequestLock:
    """A shared and exclusive lock for one event loop."""

    def __init__(self) -> None:
        """Nobody holds it."""
        self._changed = asyncio.Condition()
        self._running = 0
        self._is_closed = False

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Hold it together with others; wait while it is held exclusively."""
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
    async def exclusive(self) -> AsyncIterator[None]:
        """Wait until all others have released it, then hold it alone. New requests wait."""
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


class LockedRoute:
    """A route whose requests hold the lock."""

    def __init__(self, route: Route, lock: RequestLock) -> None:
        self._route = route
        self._lock = lock

    def matches(self, method: str, path: str) -> bool:
        """As the route does."""
        return self._route.matches(method, path)

    async def answer(self, request: IncomingRequest) -> Answer:
        """The route's answer; waits while a reset runs."""
        async with self._lock.shared():
            return await self._route.answer(request)
