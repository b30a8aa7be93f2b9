"""Read connections that stay open between questions, shared by threads."""

import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from ledger.store.errors import LedgerBusy

POLL_SECONDS = 0.001


class Link:
    """An open connection with a cursor on it."""

    __slots__ = ("_connection", "cursor", "used")

    def __init__(self, engine: Engine) -> None:
        self._connection: Any = engine.raw_connection()
        self.cursor: DBAPICursor = self._connection.cursor()
        self.used = False
        """Whether it answered before: one that did may have been cut off since."""

    def close(self) -> None:
        """Closes the connection for good; one that is broken already makes no noise."""
        with suppress(Exception):
            self.cursor.close()
        with suppress(Exception):
            self._connection.invalidate()


class Links:
    """Idle links, the last used first, so that few stay in use; at most `limit` open at the same time."""

    def __init__(self, engine: Engine, limit: int, wait: float) -> None:
        self._engine = engine
        self._limit = limit
        self._wait = wait
        self._idle: deque[Link] = deque()  # its methods are atomic, so that a question needs no lock
        self._opening = threading.Lock()
        self._open = 0

    def take(self) -> Link:
        """A link for the caller alone, who must `give` or `drop` it. Raises LedgerBusy when none comes free in time."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened() or self._awaited()

    def give(self, link: Link) -> None:
        """Hands a link back that is as good as before."""
        link.used = True
        self._idle.append(link)

    def drop(self, link: Link) -> None:
        """Hands back a link that failed, which closes it."""
        link.close()
        with self._opening:
            self._open -= 1

    def drop_idle(self) -> None:
        """Closes all idle links: after a restart of the server each of them is cut off."""
        with suppress(IndexError):
            while True:
                self.drop(self._idle.pop())

    def _opened(self) -> Link | None:
        with self._opening:
            if self._open == self._limit:
                return None
            self._open += 1
        try:
            return Link(self._engine)
        except BaseException:
            with self._opening:
                self._open -= 1
            raise

    def _awaited(self) -> Link:
        deadline = time.monotonic() + self._wait
        while time.monotonic() < deadline:
            with suppress(IndexError):
                return self._idle.pop()
            if (link := self._opened()) is not None:
                return link
            time.sleep(POLL_SECONDS)
        raise LedgerBusy(self._wait)
