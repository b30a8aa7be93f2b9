"""The tail of the log: who follows it waits here, and is woken by what this process or any other one commits.

A commit of this process rings; commits of others are found by asking for the head every now and then. One question
serves everybody who waits, and nobody asks while nobody waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from api.wiring import Bell
from ledger.store.errors import StoreError

log = structlog.get_logger()

POLL_SECONDS = 0.5
"""How often the head is asked for while somebody waits and no commit of this process rings."""


class Tail:
    """Knows how far the ledger has come. For one event loop; `start` and `stop` belong to it too."""

    def __init__(self, bell: Bell, position: Callable[[], int], poll_seconds: float = POLL_SECONDS) -> None:
        self._bell = bell
        self._ask = position
        self._poll_seconds = poll_seconds
        self._rung = asyncio.Event()
        self._moved = asyncio.Event()
        self._stopped = asyncio.Event()
        self._waiting = 0
        self._follower: asyncio.Task[None] | None = None
        self.position = 0

    @property
    def stopped(self) -> bool:
        """Whether the server is about to leave: everybody who follows should end."""
        return self._stopped.is_set()

    def start(self) -> None:
        """Begins to follow."""
        loop = asyncio.get_running_loop()

        def ring() -> None:
            with suppress(RuntimeError):  # the loop has been closed just now
                loop.call_soon_threadsafe(self._rung.set)

        self._bell.listen(ring)
        self._follower = loop.create_task(self._follow())

    def stop(self) -> None:
        """Sends everybody who waits away. May be called more than once."""
        self._stopped.set()
        self._rung.set()
        self._wake()

    async def close(self) -> None:
        """Stops following."""
        self.stop()
        self._bell.listen(None)
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower

    async def moved(self, beyond: int, seconds: float) -> bool:
        """Waits until the ledger is beyond a position, or the server leaves; False if nothing happened in time."""
        self._waiting += 1
        self._rung.set()  # somebody waits now: the head is asked for
        try:
            async with asyncio.timeout(seconds):
                while self.position <= beyond and not self.stopped:
                    await self._moved.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True

    async def rest(self, seconds: float) -> None:
        """Waits so long, or until the server leaves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()

    async def _follow(self) -> None:
        while not self.stopped:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds if self._waiting else None):
                    await self._rung.wait()
            self._rung.clear()
            if self._waiting:
                await self._look()

    async def _look(self) -> None:
        try:
            position = await asyncio.to_thread(self._ask)
        except StoreError as error:
            log.warning("the head can't be read", why=str(error))
            await asyncio.sleep(self._poll_seconds)
            return
        if position != self.position:
            self.position = position
            self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        if self.stopped:
            self._moved.set()
