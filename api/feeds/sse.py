"""Server-Sent Events (WHATWG HTML, 9.2): a feed as a response that goes on until its reader or the server leaves.

Each message has its cursor as `id`, so a reader that comes back with Last-Event-ID goes on where it was: nothing is
missed and nothing comes twice. A reader is sent what it takes: there is never more than one stretch of the feed in
memory for it, and one that takes nothing for too long is cut off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Send

from api.feeds.feeds import Feed, Message, Stretch
from api.feeds.tail import Tail

MEDIA_TYPE = "text/event-stream"
AT_ONCE = 50
"""How many messages are read at once, and so are in memory for one reader."""

CHUNK_CHARACTERS = 65_536
HEARTBEAT_SECONDS = 15.0
"""After so long without a message a comment is sent, so that nobody in between takes the connection for dead."""

PATIENCE_SECONDS = 60.0
"""How long a reader may take nothing of what is sent to it."""

MOST_SECONDS = 900.0
"""After so long a stream ends, and its reader comes back: so nobody reads on whose key was revoked or token expired."""

RETRY = "retry: 2000\n\n"
"""What a browser waits before it comes back, in milliseconds."""


class TooManyStreams(Exception):  # noqa: N818 - says what is so
    """This process has as many streams open as it may."""


@dataclass(slots=True, eq=False)
class Following:
    """One open stream, and the position up to which its reader has been sent everything."""

    position: int


@dataclass(slots=True)
class Streams:
    """The open streams of this process."""

    most: int
    opened: set[Following] = field(default_factory=set)
    counted: Callable[[int], None] = lambda _: None
    """Told how many there are, whenever that changes."""

    def check(self) -> None:
        """Raises TooManyStreams where one more would be too many."""
        if len(self.opened) >= self.most:
            raise TooManyStreams

    @contextmanager
    def opening(self, position: int) -> Iterator[Following]:
        """Counts one more stream until the block ends."""
        following = Following(position)
        self.opened.add(following)
        self.counted(len(self.opened))
        try:
            yield following
        finally:
            self.opened.discard(following)
            self.counted(len(self.opened))


class EventStream(StreamingResponse):
    """The response of a stream."""

    def __init__(self, content: AsyncGenerator[str], patience: float = PATIENCE_SECONDS) -> None:
        super().__init__(content, media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})
        self._content = content
        self._patience = patience

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: dict[str, object]) -> None:
            try:
                async with asyncio.timeout(self._patience):
                    await send(message)
            except TimeoutError:
                raise ClientDisconnect from None  # it takes nothing: as good as gone

        try:
            await super().stream_response(send_in_time)  # type: ignore[arg-type]  # a message is a mutable mapping of any
        finally:
            await self._content.aclose()


@dataclass(frozen=True, slots=True)
class Timing:
    """How often a stream that has nothing to say says so, and for how long one goes on at most."""

    heartbeat: float = HEARTBEAT_SECONDS
    most: float = MOST_SECONDS


async def told(
    feed: Feed,
    after: str,
    position: int,
    tail: Tail,
    streams: Streams,
    read: Callable[[Feed, str, int], asyncio.Future[Stretch]],
    write: Callable[[Message], str],
    timing: Timing | None = None,
) -> AsyncGenerator[str]:
    """The text of a stream from a cursor on, which stands for a position.

    `read` reads the feed without holding up the event loop. When a comment comes depends on the reader's own messages
    only: what else is recorded meanwhile does not show.
    """
    timing = timing or Timing()
    end = monotonic() + timing.most
    beat = monotonic() + timing.heartbeat
    with streams.opening(position) as following:
        yield RETRY
        while not tail.stopped and monotonic() < end:
            stretch = await read(feed, after, AT_ONCE)
            for chunk in _chunks(stretch.messages, write):
                yield chunk
                beat = monotonic() + timing.heartbeat
            after, following.position = stretch.reached, stretch.position
            if stretch.more:
                continue
            while not await tail.moved(following.position, max(0.0, beat - monotonic())) and monotonic() < end:
                yield _nothing_new(after)
                beat = monotonic() + timing.heartbeat
            if monotonic() >= beat:
                yield _nothing_new(after)
                beat = monotonic() + timing.heartbeat


def _nothing_new(cursor: str) -> str:
    return f": nothing new\nid: {cursor}\n\n"  # the reader comes back to here, not to its last message


def _chunks(messages: list[Message], write: Callable[[Message], str]) -> Iterator[str]:
    """The messages as text, a few at a time."""
    parts: list[str] = []
    size = 0
    for message in messages:
        text = f"id: {message.cursor}\ndata: {write(message)}\n\n"
        parts.append(text)
        size += len(text)
        if size >= CHUNK_CHARACTERS:
            yield "".join(parts)
            parts, size = [], 0
    if parts:
        yield "".join(parts)
