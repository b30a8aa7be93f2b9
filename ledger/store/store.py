"""The store: the log and what is kept beside it, the same on both databases."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from ledger.store.reading import Reader
from ledger.store.unit import Unit
from ledger.store.values import World


class Store(ABC):
    """A ledger's database. One per process; its threads may share it; not to be carried over a fork.

    Whatever the database refuses comes out as one of ledger.store.errors.
    """

    place: str
    """Which database this is, without its password."""

    read: Reader
    """The reading side, on connections of its own."""

    @abstractmethod
    def write(
        self, accounts: Iterable[str] = (), world: World = "shared", *, beside: Iterable[str] = ()
    ) -> AbstractContextManager[Unit]:
        """A unit of work that may append events of these accounts, and events of no account.

        Until it ends, no other unit has any of these accounts, nor any of the names `beside` them, which stand for what
        is on no account. With "exclusive" it is alone: for what changes the
        world on which derivations of any account may depend. Leaving the block commits, an exception in it or
        `discard` rolls everything back. Raises LedgerBusy when the locks don't come in time, and Overtaken from the
        block when another process was quicker: nothing was kept then, and the work may be done again.
        """

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction for rows that are not facts and hang on no account.

        Committed at the end of the block, rolled back by an exception. On SQLite it keeps every writer out, so let it
        be short.
        """

    @abstractmethod
    def warnings(self) -> list[str]:
        """What whoever starts the ledger should know about its database, a sentence or two each; usually nothing."""

    @abstractmethod
    def close(self) -> None:
        """Closes all connections. The store must not be in use."""

    def check(self) -> None:
        """Returns when the database answers and holds a ledger; else raises LedgerUnavailable, LedgerNotReady, …"""
        self.read.head()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
