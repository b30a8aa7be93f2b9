"""Following: what runs beside the requests of a server, from its start to its end: the tail, and who sends webhooks."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType
from typing import Any

from fastapi import FastAPI

from api.feeds.sse import Streams
from api.feeds.tail import Tail
from api.metrics import Metrics
from api.webhooks.dispatching import Dispatcher
from api.wiring import RightsLedger

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def following(app: FastAPI, ledger: RightsLedger) -> AsyncIterator[None]:
    """Puts the tail, the streams and the metrics into the app's state, and sends webhooks if that is the server's task.

    A stream would hold up a server that wants to stop: so the tail hears the signals too, and sends its followers away.
    """
    tail = Tail(ledger.bell, lambda: ledger.read.head().position)
    app.state.tail, app.state.streams = tail, Streams(ledger.settings.most_streams)
    app.state.metrics = Metrics(ledger, app.state.streams)
    ledger.bell.watch(app.state.metrics.committed)
    tail.start()
    sending = asyncio.create_task(Dispatcher(ledger, tail).run()) if ledger.settings.sends_webhooks else None
    try:
        with _told_of_signals(tail.stop):
            yield
    finally:
        tail.stop()
        if sending is not None:
            with suppress(asyncio.CancelledError):
                await sending
        await tail.close()
        ledger.bell.watch(None)
        app.state.metrics.close()


@contextmanager
def _told_of_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` when a signal comes that ends the server, before the server's own handler."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread only, and whoever serves elsewhere stops in another way
        return
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {one: signal.getsignal(one) for one in SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for one, handler in before.items():
        if callable(handler) and handler is not signal.default_int_handler:
            signal.signal(one, handle)
    try:
        yield
    finally:
        for one, handler in before.items():
            if handler is not None:
                signal.signal(one, handler)
