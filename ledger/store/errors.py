"""What can go wrong between the ledger and its database: one small class per failure, saying what to do next."""

# ruff: noqa: N818 - each is named for what happened

from datetime import datetime


class StoreError(Exception):
    """Something the store could not do. Nothing of the unit of work has been kept, but for what OutcomeUnknown says."""

    retryable = False
    """Whether the very same request may well succeed a moment later."""


class LedgerBusy(StoreError):
    """Somebody else held a lock for longer than we wait."""

    retryable = True

    def __init__(self, waited: float | None = None) -> None:
        waiting = "" if waited is None else f" for more than {waited:g} seconds"
        super().__init__(f"The ledger is busy: another writer held it{waiting}. Nothing was recorded. Try again.")


class Overtaken(StoreError):
    """Another process recorded the same identifier between our look-up and our append."""

    retryable = True

    def __init__(self) -> None:
        super().__init__("Another writer just recorded the same identifier. Nothing was recorded. Try again.")


class LedgerFull(StoreError):
    """The disk, or the size the database may have, is used up."""

    def __init__(self) -> None:
        super().__init__(
            "The ledger's disk is full. Nothing was recorded; everything recorded before is safe and can be read. "
            "Make room on the disk, then try again."
        )


class LedgerReadOnly(StoreError):
    """The database may be read and not written: file permissions, a replica, a read-only file system."""

    def __init__(self) -> None:
        super().__init__(
            "The ledger's database can only be read. Nothing was recorded. Check the permissions of the file and of "
            "its folder, or connect to the primary server instead of a replica."
        )


class LedgerUnavailable(StoreError):
    """The database can't be reached or opened."""

    retryable = True

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The ledger's database {place} can't be reached or opened ({reason}). Nothing was recorded. "
            "Check that the path or address is right and that the server runs, then try again."
        )


class OutcomeUnknown(LedgerUnavailable):
    """The connection was lost while a unit of work committed: it was kept whole or not at all, nobody knows which."""

    def __init__(self, place: str) -> None:
        StoreError.__init__(
            self,
            f"The connection to the ledger's database {place} was lost during a commit: whether it was recorded is not "
            "known. Send the very same again, with the same Idempotency-Key or event ids: it is recorded once.",
        )


class LedgerNotReady(StoreError):
    """The database has no ledger in it, or one of another version."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The database {place} holds no ledger of this version. `ledger serve` makes or migrates one; "
            "check the database URL if you expected one to be there."
        )


class LedgerDamaged(StoreError):
    """The database file is not what the ledger wrote."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The ledger's database {place} is damaged ({reason}). Stop writing to it, copy the files aside, "
            "and restore the latest backup; `ledger verify` tells whether a copy is whole."
        )


class FactsAreImmutable(StoreError):
    """Somebody tried to change or remove a recorded event; the database refused."""

    def __init__(self) -> None:
        super().__init__(
            "Recorded events can't be changed or removed. "
            "Record an event_retracted, or an event that corrects the old one."
        )


class UnsupportedDatabase(StoreError):
    """The database URL names something the ledger has no store for."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The ledger can't use {what}. Give it an SQLite file (sqlite:///ledger.db) "
            "or PostgreSQL 15 or later (postgresql+psycopg://user@host/database)."
        )


class KnownAtAhead(StoreError):
    """`known_at` names something that the ledger has not reached yet."""


class PositionAhead(KnownAtAhead):
    """A position that no event has yet."""

    def __init__(self, position: int, head: int) -> None:
        super().__init__(f"Position {position} is not in the ledger: it holds the positions 0 to {head}.")
        self.head = head


class InstantAhead(KnownAtAhead):
    """An instant in the future, of which nobody can say what will have been recorded by then."""

    def __init__(self, instant: datetime, now: datetime) -> None:
        super().__init__(
            f"The instant {instant.isoformat()} is in the future: it is {now.isoformat()} by the ledger's clock."
        )
